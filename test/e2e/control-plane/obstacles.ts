import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { freemem, homedir } from 'node:os'
import { promisify } from 'node:util'
import { fetchPackages, unbuilt, type ToolModule } from './build.ts'
import { hasNeighbour, NEIGHBOUR } from './neighbour.ts'
import { STATE } from './places.ts'
import { freePorts } from './processes.ts'

const GB = 1_000_000_000
/** Free space that is needed: Go's caches grow by 13 GB in a first build; afterwards there are only the data of a run. */
const DISK_GB = { build: 16, run: 2 }
/** The linker takes 4 GB, all programs together 2. */
const MEMORY_GB = { build: 6, run: 4 }

/** What is called by name, how it is asked whether it is there, and where it comes from. */
const PROGRAMS: readonly { name: string; args: readonly string[]; from: string }[] = [
  { name: 'go', args: ['version'], from: 'install Go 1.26 or newer' },
  { name: 'redis-server', args: ['--version'], from: 'on Debian: apt-get install redis-server' },
  { name: 'git', args: ['--version'], from: 'on Debian: apt-get install git' },
  { name: 'ps', args: ['-p', '1'], from: 'on Debian: apt-get install procps' },
]

/** For SQLite, which is in C. */
const COMPILER = { name: 'gcc', args: ['--version'], from: 'on Debian: apt-get install gcc libc6-dev' }

/** What is asked of the machine that the bench is to run on. */
export interface Machine {
  isRunning(): boolean
  hasNeighbour(): Promise<boolean>
  answers(program: string, args: readonly string[]): Promise<boolean>
  /** @throws Error in words of the go command */
  unbuilt(): Promise<readonly ToolModule[]>
  /** In GB. */
  freeDisk(): Promise<number>
  freeMemory(): number
  /** @throws Error no port of loopback is free */
  openPort(): Promise<void>
  /** @throws Error in words of the go command */
  fetchPackages(module: ToolModule): Promise<void>
}

const THIS_MACHINE: Machine = {
  isRunning: () => existsSync(STATE),
  hasNeighbour,
  answers: (program, args) =>
    promisify(execFile)(program, [...args]).then(
      () => true,
      () => false,
    ),
  unbuilt,
  async freeDisk() {
    const { bavail, bsize } = await statfs(homedir())
    return (bavail * bsize) / GB
  },
  freeMemory: () => freemem() / GB,
  openPort: async () => void (await freePorts(['any'])),
  fetchPackages,
}

/**
 * Everything that keeps the bench from running on this machine, a line each; nothing where it can run. Builds nothing; what Go needs for a
 * build is fetched last, when there is nothing else to say.
 *
 * @param without modules that are not to be built
 */
export async function findObstacles(machine: Machine = THIS_MACHINE, without: readonly ToolModule[] = []): Promise<readonly string[]> {
  const found: string[] = []
  if (machine.isRunning()) found.push('a control plane runs already; npm run e2e:down ends it')
  // Its own commit server would be taken for a neighbour's.
  else if (await machine.hasNeighbour()) found.push(NEIGHBOUR)
  const absent = new Set<string>()
  for (const { name, args, from } of PROGRAMS) {
    if (await machine.answers(name, args)) continue
    absent.add(name)
    found.push(`${name} is not on the PATH; ${from}`)
  }
  // Without Go nobody can tell what is built: it may be all of it that is not.
  const missing = absent.has('go') ? [] : await toBuild(machine, without).catch(lastLine)
  // The toolchain that go.mod asks for is fetched at the first question.
  if (typeof missing === 'string') found.push(`Go does not answer: ${missing}`)
  if (typeof missing !== 'string' && missing.includes('gitea') && !(await machine.answers(COMPILER.name, COMPILER.args)))
    found.push(`${COMPILER.name} is not on the PATH, and Gitea is built with it; ${COMPILER.from}`)
  const work = absent.has('go') || missing.length > 0 ? 'build' : 'run'
  const free = { disk: await machine.freeDisk(), memory: machine.freeMemory() }
  if (free.disk < DISK_GB[work]) found.push(`${free.disk.toFixed(1)} GB of disk are free, and ${DISK_GB[work]} are needed to ${work}`)
  if (free.memory < MEMORY_GB[work])
    found.push(`${free.memory.toFixed(1)} GB of memory are free, and ${MEMORY_GB[work]} are needed to ${work}`)
  const noPort = await machine.openPort().then(() => undefined, lastLine)
  if (noPort !== undefined) found.push(`no port of 127.0.0.1 can be opened: ${noPort}`)
  return found.length > 0 || typeof missing === 'string' ? found : unfetched(machine, missing)
}

async function toBuild(machine: Machine, without: readonly ToolModule[]): Promise<readonly ToolModule[]> {
  return (await machine.unbuilt()).filter((name) => !without.includes(name))
}

async function unfetched(machine: Machine, modules: readonly ToolModule[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const module of modules) {
    const fault = await machine.fetchPackages(module).then(() => undefined, lastLine)
    if (fault !== undefined) found.push(`the Go packages of ${module} cannot be fetched: ${fault}`)
  }
  return found
}

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}
