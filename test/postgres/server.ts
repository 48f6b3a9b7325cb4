import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { findPrograms, linksOf, OLDEST_FOR_TESTS, type Programs } from './programs.ts'

/** A real PostgreSQL of its own, on a port of loopback. Nothing of it is left when it is disposed. */
export interface PostgresServer extends AsyncDisposable {
  /** The address of one of its databases, as its first user, who may do anything. */
  url(database?: string): string
  readonly port: number
  readonly password: string
  readonly folder: string
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>
  /** Ends it in good order: who is connected is thrown out. */
  stop(): Promise<void>
  /** Starts it again, on the same port. */
  start(): Promise<void>
  /** The same, unless it runs. */
  revive(): Promise<void>
}

const NOBODY = 65_534

/** What is lost with the machine is nobody's here, and a password that is hashed four thousand times is no safer. */
const FAST = ['fsync = off', 'full_page_writes = off', 'autovacuum = off', 'max_connections = 200']
const FAST_SINCE_16 = ['scram_iterations = 1']

/** The first user by the port alone; those that a test makes by their passwords. */
const WHO_MAY_SIGN_IN = [
  'host all kedge_admin 127.0.0.1/32 trust',
  'host replication kedge_admin 127.0.0.1/32 trust',
  'host all all 127.0.0.1/32 scram-sha-256',
  '',
].join('\n')

/** Why there can be none on this machine; undefined where there can. */
export function whyNoPostgres(): string | undefined {
  const found = findPrograms()
  return 'missing' in found ? found.missing : undefined
}

/**
 * Makes a cluster in a folder of its own and starts it. PostgreSQL refuses to run as root: for root it runs as nobody.
 * @param settings lines of `postgresql.conf`. Nothing is forced to the disk unless they say so
 * @param within where its folder is made
 * @param program the folder of another PostgreSQL than the one that tests start
 */
export async function startPostgres(settings: readonly string[] = [], within = tmpdir(), program?: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(within, 'kedge-postgres-'))
  try {
    return await startIn(folder, settings, program)
  } catch (fault) {
    await rm(folder, { recursive: true, force: true })
    throw fault
  }
}

async function startIn(folder: string, settings: readonly string[], program: string | undefined): Promise<PostgresServer> {
  const native = join(folder, 'native')
  if (program === undefined) await copyProgram(native)
  else await symlink(program, native)
  const data = join(folder, 'data')
  const password = randomBytes(12).toString('hex')
  await writeFile(join(folder, 'password'), password)
  await mkdir(data, { mode: 0o700 })
  for (const path of [folder, data, join(folder, 'password')]) await giveTo(path)
  const initdb = ['-D', data, '-U', 'kedge_admin', '-A', 'scram-sha-256', `--pwfile=${join(folder, 'password')}`]
  await promisify(execFile)(join(native, 'bin', 'initdb'), [...initdb, '-E', 'UTF8', '--locale=C', '--no-sync'], asServer(folder))
  await writeFile(join(data, 'pg_hba.conf'), WHO_MAY_SIGN_IN)
  return serveIn(folder, password, settings, program === undefined ? programs().major : OLDEST_FOR_TESTS)
}

/** As whom it runs. Its time zones and words are in the copy of its program. */
function asServer(folder: string) {
  return { ...NOT_ROOT, cwd: folder, env: { LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: join(folder, 'native', 'lib') } }
}

const isRoot = (): boolean => process.getuid?.() === 0

/** As whom servers run that refuse to run as root. */
export const NOT_ROOT = isRoot() ? { uid: NOBODY, gid: NOBODY } : {}

/** Lets the server have what is at a path, where it does not run as this process does. */
export async function giveTo(path: string): Promise<void> {
  if (isRoot()) await chown(path, NOBODY, NOBODY)
}

/** Starts a server on what is in the folder: its program, of this version or newer, and its data. */
export async function serveIn(
  folder: string,
  password: string,
  settings: readonly string[],
  major = programs().major,
): Promise<PostgresServer> {
  const data = join(folder, 'data')
  const port = await freePort()
  const own = [`port = ${port}`, `listen_addresses = '127.0.0.1'`, `unix_socket_directories = ''`]
  const fast = major < 16 ? FAST : [...FAST, ...FAST_SINCE_16]
  await writeFile(join(data, 'postgresql.auto.conf'), `${[...own, ...fast, ...settings].join('\n')}\n`)
  await giveTo(join(data, 'postgresql.auto.conf'))

  let child: ChildProcess | undefined
  async function start(): Promise<void> {
    child = spawn(join(folder, 'native', 'bin', 'postgres'), ['-D', data], { ...asServer(folder), stdio: ['ignore', 'ignore', 'pipe'] })
    await untilReady(child)
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child
    child = undefined
    if (!ending) return
    const exited = once(ending, 'exit')
    ending.kill(signal)
    await exited
  }
  await start()
  return {
    url: (database = 'postgres') => `postgresql://kedge_admin:${password}@127.0.0.1:${port}/${database}`,
    port,
    password,
    folder,
    // "Immediate shutdown": the server ends its own children, which a SIGKILL of it would leave.
    kill: () => end('SIGQUIT'),
    stop: () => end('SIGINT'),
    start,
    async revive() {
      if (!child || child.exitCode !== null) await start()
    },
    async [Symbol.asyncDispose]() {
      await end('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * npm keeps no links, and nobody may be allowed to look into the folder of this project: the program runs from a copy with its links. That
 * of the system runs where it is.
 */
export async function copyProgram(to: string): Promise<string> {
  const { bin, from } = programs()
  const folder = dirname(bin)
  if (from === 'system') {
    await symlink(folder, to)
    return to
  }
  await cp(folder, to, { recursive: true })
  for (const { source, target } of linksOf(folder, to)) await symlink(source, target).catch(ignoreExisting)
  return to
}

/** @throws Error where there is none */
function programs(): Programs {
  const found = findPrograms()
  if ('missing' in found) throw new Error(found.missing)
  return found
}

function ignoreExisting(fault: NodeJS.ErrnoException): void {
  if (fault.code !== 'EEXIST') throw fault
}

/** One that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilReady(child: ChildProcess): Promise<void> {
  const said: string[] = []
  if (!child.stderr) throw new Error('PostgreSQL was started without a log')
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    // A standby says that they are read-only.
    if (/database system is ready to accept (?:read-only )?connections/.test(line)) {
      child.stderr.resume()
      return
    }
  }
  throw new Error(`PostgreSQL did not start:\n${said.join('\n')}`)
}
