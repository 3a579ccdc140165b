/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log lines of the DHCP service, such as
 *
 *	dhcp 52:54:00:12:34:56: offered lpxelinux.0 to 10.9.0.50 (BIOS, iPXE)
 */
#include "dhcp_log.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

/* What is older is said again. */
enum { REPEAT_SECONDS = 60, NAG_SECONDS = 3600 };

const char *
dhcp_format_chaddr(const struct dhcp_header *header, char text[DHCP_CHADDR_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < header->hlen && i < sizeof(header->chaddr); i++)
		used += (size_t)snprintf(text + used, DHCP_CHADDR_SIZE - used, "%s%02x",
					 i > 0 ? ":" : "", header->chaddr[i]);
	return text;
}

/* Whether this was not yet said to this machine, and notes that it is now. */
static bool
is_news(struct dhcp_journal *journal, const struct dhcp_message *message, uint32_t xid,
	enum dhcp_verdict verdict, int64_t now)
{
	const int64_t span = xid == 0 ? NAG_SECONDS : REPEAT_SECONDS;
	struct dhcp_said *entry;

	for (unsigned i = 0; i < DHCP_JOURNAL_SIZE; i++) {
		entry = &journal->said[i];
		if (entry->verdict == verdict && entry->xid == xid && now - entry->at < span &&
		    memcmp(entry->chaddr, message->header.chaddr, sizeof(entry->chaddr)) == 0)
			return false;
	}
	entry = &journal->said[journal->next++ % DHCP_JOURNAL_SIZE];
	memcpy(entry->chaddr, message->header.chaddr, sizeof(entry->chaddr));
	entry->xid = xid;
	entry->verdict = verdict;
	entry->at = now;
	return true;
}

/* Whether a subnet has just run out of addresses and this was not said lately:
   one line is for all its machines. */
static bool
is_newly_full(struct dhcp_subnet *subnet, int64_t now)
{
	bool is_news = !subnet->is_full &&
		       (subnet->full_said_at == 0 || now - subnet->full_said_at >= NAG_SECONDS);

	if (is_news)
		subnet->full_said_at = now;
	subnet->is_full |= is_news;
	return is_news;
}

void
dhcp_log_recovery(const struct dhcp_decision *decision)
{
	if (decision->verdict != DHCP_OFFERED || !decision->is_newcomer ||
	    decision->subnet == NULL || !decision->subnet->is_full)
		return;
	decision->subnet->is_full = false;
	log_info("dhcp %s: there are free addresses again", decision->subnet->name);
}

/* How loud a decision is. */
static enum log_level
level_of(struct dhcp_journal *journal, const struct dhcp_message *message,
	 const struct dhcp_decision *decision, int64_t now)
{
	bool is_boot = decision->file[0] != '\0';
	uint32_t xid = message->header.xid;

	switch (decision->verdict) {
	case DHCP_EXHAUSTED:
		return is_newly_full(decision->subnet, now) ? LOG_WARNING : LOG_DEBUG;
	case DHCP_UNBOOTABLE:
		/* Nothing changes while it goes on asking. */
		return is_news(journal, message, 0, decision->verdict, now) ? LOG_WARNING
									    : LOG_DEBUG;
	case DHCP_OFFERED:
		/* A machine that does not boot from us is of interest when it has
		   its address, one that does when it gets its boot file. */
		return is_boot && is_news(journal, message, xid, DHCP_OFFERED, now) ? LOG_INFO
										    : LOG_DEBUG;
	case DHCP_LEASED:
		return !is_boot && message->header.ciaddr.s_addr == 0 ? LOG_INFO : LOG_DEBUG;
	case DHCP_DIRECTED:
		return is_news(journal, message, xid, DHCP_DIRECTED, now) ? LOG_INFO : LOG_DEBUG;
	case DHCP_REFUSED:
	case DHCP_RELEASED:
	case DHCP_DECLINED:
		return LOG_INFO;
	default:
		return LOG_DEBUG;
	}
}

static const char *
words_of(enum dhcp_verdict verdict)
{
	switch (verdict) {
	case DHCP_OFFERED:
		return "offered";
	case DHCP_LEASED:
		return "leased";
	case DHCP_INFORMED:
		return "informed";
	case DHCP_DIRECTED:
		return "sent";
	case DHCP_REFUSED:
		return "refused";
	case DHCP_RELEASED:
		return "released";
	case DHCP_DECLINED:
		return "declined";
	case DHCP_EXHAUSTED:
	case DHCP_UNBOOTABLE:
		return "nothing to offer";
	case DHCP_IGNORED:
		break;
	}
	return "ignored";
}

/* " lpxelinux.0 to 10.9.0.50", " lpxelinux.0", " 10.9.0.50" or "": the file
   where the machine is told of it first, and the address when it is known. */
static void
format_object(const struct dhcp_decision *decision, char *text, size_t size)
{
	char address[INET_ADDRSTRLEN] = "";
	bool names_file = decision->verdict == DHCP_OFFERED || decision->verdict == DHCP_DIRECTED;
	const char *file = names_file ? decision->file : "";

	if (decision->address.s_addr != 0)
		inet_ntop(AF_INET, &decision->address, address, sizeof(address));
	snprintf(text, size, "%s%s%s%s%s", file[0] != '\0' ? " " : "", file,
		 file[0] != '\0' && address[0] != '\0' ? " to" : "", address[0] != '\0' ? " " : "",
		 address);
}

/* ": no free address", with what to do about it where somebody can. */
static void
format_why(const struct dhcp_decision *decision, char *text, size_t size)
{
	if (decision->verdict == DHCP_EXHAUSTED)
		snprintf(text, size, ": %s in %s: all are lent; widen the range, or shorten lease",
			 decision->why, decision->subnet->name);
	else
		snprintf(text, size, "%s%s", decision->why != NULL ? ": " : "",
			 decision->why != NULL ? decision->why : "");
}

void
dhcp_log_decision(struct dhcp_journal *journal, const struct dhcp_message *message,
		  const struct dhcp_decision *decision, int64_t now)
{
	const struct policy_machine *machine = &decision->machine.policy;
	enum log_level level = level_of(journal, message, decision, now);
	char chaddr[DHCP_CHADDR_SIZE], object[POLICY_FILE_SIZE + INET_ADDRSTRLEN + 8];
	char kind[80] = "", why[256], line[512];

	dhcp_log_recovery(decision);
	if (!log_wants(level))
		return;
	if (machine->protocol != POLICY_NONE)
		snprintf(kind, sizeof(kind), " (%s%s%s%s)", policy_arch_name(machine->arch),
			 machine->is_ipxe ? ", iPXE" : "",
			 decision->style != DHCP_STYLE_NONE ? ", style " : "",
			 dhcp_style_name(decision->style));
	format_object(decision, object, sizeof(object));
	format_why(decision, why, sizeof(why));
	snprintf(line, sizeof(line), "dhcp %s: %s%s%s%s",
		 dhcp_format_chaddr(&message->header, chaddr), words_of(decision->verdict), object,
		 kind, why);
	if (level == LOG_WARNING)
		log_warning("%s", line);
	else if (level == LOG_INFO)
		log_info("%s", line);
	else
		log_debug("%s", line);
}
