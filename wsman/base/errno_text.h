#pragma once
/* errno_text: strerror() in the language of the reader, for what a person may have to put right; the rest in English.
 * Like that of strerror(), the text for a number without a name holds until this thread asks the C library again. */

const char *errno_text(int number);
