import type { TestDatabase } from '../../../postgres/database.ts'

/** What another process does when the time of this one is over. */
export const takeOver = ({ ask }: TestDatabase) =>
  ask(`UPDATE kedge.leader SET number = number + 1, holder = 'other', until = now() + interval '1 hour'`)
