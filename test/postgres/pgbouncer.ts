import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort, giveTo, NOT_ROOT } from './server.ts'

/** The real PgBouncer before a server, in transaction mode: each transaction may get another connection. */
export interface PgBouncer extends AsyncDisposable {
  /** The same address by way of this. */
  through(url: string): string
}

/** The folders of Debian's packages that the path of an ordinary user may lack. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Where it is installed; undefined where it is not. */
export function findPgBouncer(): string | undefined {
  return FOLDERS.map((folder) => join(folder, 'pgbouncer')).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts one before the server at a port. Fewer connections lead to it than Kedge may ask for, so that they are shared. */
export async function startPgBouncer(program: string, server: number): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-pgbouncer-'))
  const port = await freePort()
  const settings = [
    '[databases]',
    `* = host=127.0.0.1 port=${server}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1`,
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'pool_mode = transaction',
    'default_pool_size = 3',
    'auth_type = any',
    'server_round_robin = 1',
  ]
  // `any` signs everybody in as the user of the database's own line.
  settings[1] += ' user=kedge_admin'
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(file, `${settings.join('\n')}\n`)
  for (const path of [folder, file]) await giveTo(path)
  const child = spawn(program, [file], { ...NOT_ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  await untilUp(child)
  return {
    through(url) {
      const moved = new URL(url)
      moved.port = String(port)
      return moved.href
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function untilUp(child: ChildProcess): Promise<void> {
  const said: string[] = []
  if (!child.stderr) throw new Error('PgBouncer was started without a log')
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    if (!line.includes('process up')) continue
    child.stderr.resume()
    return
  }
  throw new Error(`PgBouncer did not start:\n${said.join('\n')}`)
}
