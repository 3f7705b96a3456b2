#pragma once
/* own: ownership said at the declaration, and the loop over a table. */

#include <stddef.h>
#include <stdlib.h>

#define CLEANUP_OF(type, release)                                                                                      \
	static inline void release##_at(type **p)                                                                      \
	{                                                                                                              \
		release(*p);                                                                                           \
	}                                                                                                              \
	struct cleanup_of_needs_a_semicolon

/* OWN(x_free) struct x *x: x_free(x) runs when x leaves its scope; x_free must accept NULL.
 * The header of x says CLEANUP_OF(struct x, x_free); once. */
#define OWN(release) __attribute__((cleanup(release##_at)))

/* OWN_VALUE(x_done) struct x x: the same for a plain struct; x_done takes a pointer and must accept a zeroed value. */
#define OWN_VALUE(release) __attribute__((cleanup(release)))

/* Hands an owned pointer on: evaluates to it and leaves NULL behind. */
#define TAKE(p)                                                                                                        \
	__extension__({                                                                                                \
		__typeof__(p) taken_ = (p);                                                                            \
		(p) = NULL;                                                                                            \
		taken_;                                                                                                \
	})

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* FOR_EACH(c, cases): c points at each element of an array in turn. The array's name is evaluated more than once. */
#define FOR_EACH(c, array) for (__typeof__(&(array)[0]) c = (array); c < (array) + COUNT(array); c++)

/* OWN(own_free): for what is freed by free(). */
static inline void own_free_at(void *p)
{
	free(*(void **)p);
}
