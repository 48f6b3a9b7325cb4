import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DEBIAN } from './programs.ts'

/** The newest PostgreSQL of Debian's packages, server and clients alike: npm has no `pg_dump`. Undefined where there is none. */
export function findDebianPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : []
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version))
    .find((folder) => ['postgres', 'initdb', 'pg_dump', 'psql'].every((program) => existsSync(join(folder, 'bin', program))))
}
