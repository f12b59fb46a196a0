/* BAD */
/* bad: no licence. */
