/**
 * What a refusal comes to. `away`: this connection is of no use, or nobody knows how the transaction ended; `passing`: people or time
 * mend it, and the same goes through then; `disk`: the server cannot read or write its own files; `damage`: what it reads is not what was
 * written; `ours`: what was asked for is wrong, and will be the next time.
 */
export type Meaning = 'away' | 'passing' | 'disk' | 'damage' | 'ours'

/** By class, the first two characters. A class that is not here passes: nothing is known of it but the server's words. */
const OF_CLASS: Readonly<Record<string, Meaning>> = {
  // What a program has asked for: a statement that is none, a value that does not fit, a row that may not be.
  '03': 'ours',
  '20': 'ours',
  '21': 'ours',
  '22': 'ours',
  '23': 'ours',
  '42': 'ours',
  '44': 'ours',
  '54': 'ours',
  // Connection faults, PgBouncer's own among them.
  '08': 'away',
  // An operator has stepped in: shutting down, starting up, a database that was dropped.
  '57': 'away',
  // Somebody else came first; too much of something; what is asked for is not ready; a fault outside of the server.
  '40': 'passing',
  '53': 'passing',
  '55': 'passing',
  '58': 'passing',
  // XX000 among them: two changes of one right at once are told as that, too.
  XX: 'passing',
}

/** What is otherwise than its class. */
const OF_STATE: Readonly<Record<string, Meaning>> = {
  // Another process has the same row first.
  '23505': 'passing',
  // The server has ended a transaction, and the connection with it, that stood still or took longer than it lets any take.
  '25P03': 'away',
  '25P04': 'away',
  // How it ended is not known.
  '40003': 'away',
  // A right, a table, a column, a function, a type that somebody has to give back; a schema, a table that somebody else has made.
  '42501': 'passing',
  '42703': 'passing',
  '42704': 'passing',
  '42883': 'passing',
  '42P01': 'passing',
  '42P06': 'passing',
  '42P07': 'passing',
  // A statement was ended, and nothing else.
  '57000': 'passing',
  '57014': 'passing',
  // An input/output error, and a file that is not there. A volume that is mounted again brings both back.
  '58030': 'disk',
  '58P01': 'disk',
  // No transaction number is left until the server has been vacuumed. What else has its class is a statement too large for it.
  '54000': 'passing',
  // A page, and an index.
  XX001: 'damage',
  XX002: 'damage',
}

/**
 * What a SQLSTATE comes to, https://www.postgresql.org/docs/current/errcodes-appendix.html. That alone is asked: the severity that `pg`
 * hands on is in the language of the server (`lc_messages`), and so are the words.
 */
export function meaningOf(state: string): Meaning {
  return OF_STATE[state] ?? OF_CLASS[state.slice(0, 2)] ?? 'passing'
}
