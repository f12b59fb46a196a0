#!/bin/bash # BAD
echo
