import type { Query } from '../database.ts'
import { FIRST } from './0001-first.ts'
import { addNames } from './0002-names.ts'
import { ARCHIVE } from './0003-archive.ts'
import { REPLICAS } from './0004-replicas.ts'
import { WATCHING } from './0005-watching.ts'
import { BY_FIRST } from './0006-by-first.ts'
import { CHECKPOINT } from './0007-checkpoint.ts'

export interface Migration {
  run: string | ((query: Query) => Promise<void>)
  /** Programs that know only the ones before it go on as if it were not there: it is run beside them, so that pods change one by one. */
  isBesideOlder?: true
}

/**
 * Forward only, in order: the schema's version is the number of migrations that were run. Never edit one that was
 * released.
 */
export const MIGRATIONS: readonly Migration[] = [
  { run: FIRST },
  { run: addNames },
  { run: ARCHIVE },
  { run: REPLICAS, isBesideOlder: true },
  { run: WATCHING, isBesideOlder: true },
  { run: BY_FIRST, isBesideOlder: true },
  { run: CHECKPOINT, isBesideOlder: true },
]
