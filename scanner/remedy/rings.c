/* rings: see the header. Batches are filled first fit: a host goes into the first batch of its ring that has room and
 * lies behind every batch with a peer of it. So peers keep their order too, and one pass is enough. */
#include "rings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

enum { AMOUNT_MAX = 1000000, AMOUNT_DIGITS = 7 }; /* more hosts than an inventory may have */

/* --- amounts --- */

static int amount_of(const char *text, size_t len, struct amount *amount, struct error *e)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long value = digits && digits <= AMOUNT_DIGITS ? strtoul(text, NULL, 10) : AMOUNT_MAX + 1ul;
	bool percent = digits < len && text[digits] == '%';

	if (!digits || digits + percent != len)
		return error_set(
			e, ERROR_LOCAL, "'%.*s': a number of hosts, or a percentage such as 10%%", (int)len, text);
	unsigned long most = percent ? 100 : AMOUNT_MAX;
	if (value > most)
		return error_set(
			e, ERROR_LOCAL, "'%.*s' is too large: at most %lu%s", (int)len, text, most, percent ? "%" : "");
	*amount = (struct amount){ .value = (unsigned)value, .percent = percent };
	return 0;
}

int amount_parse(const char *text, struct amount *amount, struct error *e)
{
	return amount_of(text, strlen(text), amount, e);
}

int rings_parse(const char *text, struct rings *rings, struct error *e)
{
	struct rings parsed = { .count = 0 };

	for (;; text++) {
		size_t len = strcspn(text, ",");
		if (parsed.count == RINGS_MAX)
			return error_set(e, ERROR_LOCAL, "more than %d rings", RINGS_MAX);
		struct amount *ring = &parsed.ring[parsed.count++];
		if (amount_of(text, len, ring, e) < 0)
			return -1;
		if (!ring->value)
			return error_set(e, ERROR_LOCAL, "a ring of no hosts: leave it out");
		text += len;
		if (!*text)
			break;
	}
	*rings = parsed;
	return 0;
}

static size_t hosts_in(struct amount amount, size_t total)
{
	return amount.percent ? (total * amount.value + 99) / 100 : amount.value;
}

size_t rings_sizes(const struct rings *rings, size_t total, size_t size[RINGS_MAX])
{
	size_t left = total, count = 0;

	for (size_t i = 0; i < rings->count && left; i++) {
		size_t wanted = hosts_in(rings->ring[i], total);
		size[count] = i + 1 == rings->count || wanted > left ? left : wanted;
		left -= size[count++];
	}
	return count;
}

size_t failures_allowed(struct amount max_fail, size_t total)
{
	size_t hosts = hosts_in(max_fail, total);
	return hosts ? hosts : 1;
}

/* --- batches --- */

struct lot { /* a host's key: equal keys get the same number */
	const char *key;
	size_t slot; /* host * PEERS_MAX + which */
};

static int by_key(const void *a, const void *b)
{
	return strcasecmp(((const struct lot *)a)->key, ((const struct lot *)b)->key);
}

struct board {
	size_t *number; /* of each host's keys, from 1; 0: no key */
	size_t *behind; /* by number: hosts with this key go into this batch or a later one */
	size_t *room;   /* of each batch */
	size_t count;   /* batches so far, through all rings */
	size_t open;    /* the first batch of this ring that may have room */
	unsigned at_once;
};

static int number_keys(const struct peers *peers, size_t total, struct board *board)
{
	OWN(own_free) struct lot *lots = calloc(total * PEERS_MAX, sizeof(*lots));
	size_t count = 0, number = 0;

	if (!lots)
		return -1;
	for (size_t slot = 0; slot < total * PEERS_MAX; slot++)
		if (peers[slot / PEERS_MAX].key[slot % PEERS_MAX])
			lots[count++] = (struct lot){ peers[slot / PEERS_MAX].key[slot % PEERS_MAX], slot };
	qsort(lots, count, sizeof(*lots), by_key);
	for (size_t i = 0; i < count; i++) {
		number += !i || by_key(&lots[i - 1], &lots[i]);
		board->number[lots[i].slot] = number;
	}
	return 0;
}

/* 1, 2, 4 ... also where peers left a batch smaller: a batch went well, the next one may be larger. */
static size_t room_of(size_t batch, unsigned at_once)
{
	return batch < 31 && (1u << batch) < at_once ? 1u << batch : at_once;
}

static size_t batch_of(struct board *board, const size_t number[PEERS_MAX])
{
	while (board->open < board->count && !board->room[board->open])
		board->open++;
	size_t batch = board->open;
	for (size_t i = 0; i < PEERS_MAX; i++)
		if (number[i] && board->behind[number[i]] > batch)
			batch = board->behind[number[i]];
	while (batch < board->count && !board->room[batch])
		batch++;
	if (batch == board->count)
		board->room[board->count++] = room_of(batch, board->at_once);
	board->room[batch]--;
	for (size_t i = 0; i < PEERS_MAX; i++)
		if (number[i])
			board->behind[number[i]] = batch + 1;
	return batch;
}

static void place(const struct rings *rings, size_t total, struct board *board, struct placement *placement)
{
	size_t size[RINGS_MAX], host = 0, count = rings_sizes(rings, total, size);

	for (size_t ring = 0; ring < count; ring++) {
		board->open = board->count;
		for (size_t i = 0; i < size[ring]; i++, host++)
			placement[host] = (struct placement){ .ring = (unsigned)ring,
				.batch = (unsigned)batch_of(board, board->number + host * PEERS_MAX) };
	}
}

int rings_place(const struct rings *rings, const struct peers *peers, size_t total, unsigned at_once,
	struct placement *placement)
{
	OWN(own_free) size_t *number = calloc(total * PEERS_MAX + 1, sizeof(*number));
	OWN(own_free) size_t *behind = calloc(total * PEERS_MAX + 1, sizeof(*behind));
	OWN(own_free) size_t *room = calloc(total + 1, sizeof(*room));
	struct board board = { .number = number, .behind = behind, .room = room };

	board.at_once = !at_once ? 1 : at_once < AT_ONCE_MAX ? at_once : AT_ONCE_MAX;
	if (!number || !behind || !room || (total && number_keys(peers, total, &board) < 0))
		return -1;
	place(rings, total, &board, placement);
	return (int)board.count;
}
