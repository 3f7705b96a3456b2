#pragma once
/* grow: an array without a counter of its room. */

#include <stdlib.h>

/* Returns array with room for one more element after count: the room doubles whenever count has reached a power of
 * two. NULL if memory ran out; array is then as it was. */
static inline void *array_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return reallocarray(array, count ? 2 * count : 1, size);
}
