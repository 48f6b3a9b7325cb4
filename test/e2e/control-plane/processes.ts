import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { until } from '../../until.ts'
import { LOGS, RUN } from './places.ts'

/** A program of the control plane. */
export interface Program {
  name: string
  command: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

type Running = Program & { pid: number }

const PIDS = join(RUN, 'pids')

/** Starts a program that outlives this one, its output in `.cache/logs/NAME.log` and its PID on disk. */
export function startProgram(program: Program): void {
  const { name, command, args, env } = program
  mkdirSync(PIDS, { recursive: true })
  mkdirSync(LOGS, { recursive: true })
  const log = openSync(join(LOGS, `${name}.log`), 'a')
  const child = spawn(command, args, {
    cwd: RUN,
    env: { PATH: process.env['PATH'], HOME: RUN, ...env },
    stdio: ['ignore', log, log],
    detached: true,
  })
  child.once('error', () => undefined)
  child.unref()
  if (child.pid === undefined) throw new Error(`${command} cannot be started`)
  writeFileSync(join(PIDS, name), JSON.stringify({ ...program, pid: child.pid } satisfies Running), { mode: 0o600 })
}

/** Ends one program, at once with `SIGKILL`, and waits until it is gone. One that is not there is fine. */
async function stopProgram(name: string, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const file = join(PIDS, name)
  if (!existsSync(file)) return
  const { pid, command } = readRunning(name)
  if (isRunning(pid, command)) {
    process.kill(pid, signal)
    const isGone = await until(() => !isRunning(pid, command) || undefined, { timeoutMs: 10_000, what: name }).catch(() => false)
    if (!isGone) process.kill(pid, 'SIGKILL')
  }
  rmSync(file)
}

/** Starts one more program out of the same file as one that runs, with its environment, but for what is told. Dispose ends it. */
export function startBeside(running: string, program: Omit<Program, 'command'>): AsyncDisposable {
  const { command, env } = readRunning(running)
  startProgram({ ...program, command, env: { ...env, ...program.env } })
  return { [Symbol.asyncDispose]: () => stopProgram(program.name) }
}

/** Kills a program as a crash would, and starts it again after what happens `meanwhile`. */
export async function crashProgram(name: string, meanwhile: () => Promise<void>): Promise<void> {
  const { pid: _, ...program } = readRunning(name)
  await stopProgram(name, 'SIGKILL')
  try {
    await meanwhile()
  } finally {
    startProgram(program)
  }
}

/** Ends everything that `startProgram` started, the newest first. */
export async function stopPrograms(): Promise<void> {
  if (!existsSync(PIDS)) return
  for (const name of programNames().toReversed()) await stopProgram(name)
}

/** Names of what was started, in order. */
function programNames(): readonly string[] {
  if (!existsSync(PIDS)) return []
  const files = readdirSync(PIDS).map((name) => ({ name, pid: readRunning(name).pid }))
  return files.toSorted((a, b) => a.pid - b.pid).map(({ name }) => name)
}

function readRunning(name: string): Running {
  return JSON.parse(readFileSync(join(PIDS, name), 'utf8')) as Running
}

/** A PID may have been given to somebody else since: only a process with our command line is ours. */
function isRunning(pid: number, command: string): boolean {
  try {
    return execFileSync('ps', ['-o', 'stat=,args=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z')
      ? false
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(command)
  } catch {
    return false
  }
}

/** Ports of loopback that are free now. */
export async function freePorts<const N extends string>(names: readonly N[]): Promise<Readonly<Record<N, number>>> {
  const servers = await Promise.all(
    names.map(async (name) => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      return { name, server, port: typeof address === 'object' && address !== null ? address.port : 0 }
    }),
  )
  await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))))
  return Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<N, number>
}
