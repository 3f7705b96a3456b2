#pragma once
/* errno_text: strerror() in the language of the reader, for what a person may have to put right; the rest in English.
 */

const char *errno_text(int number);
