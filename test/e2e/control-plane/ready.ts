import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { freemem, homedir } from 'node:os'
import { promisify } from 'node:util'
import { fetchPackages, unbuilt } from './build.ts'
import { hasNeighbour, NEIGHBOUR } from './neighbour.ts'
import { STATE } from './places.ts'

const GB = 1_000_000_000
/** Free space that is needed: Go's caches grow by 13 GB in a first build; afterwards there are only the data of a run. */
const DISK_GB = { build: 16, run: 2 }
/** The linker takes 4 GB, all programs together 2. */
const MEMORY_GB = { build: 6, run: 4 }

/** Why the bench cannot run on this machine, in one line; undefined where it can. */
async function obstacle(): Promise<string | undefined> {
  if (existsSync(STATE)) return 'a control plane runs already; npm run e2e:down ends it'
  if (await hasNeighbour()) return NEIGHBOUR
  for (const program of ['go', 'redis-server', 'git']) if (!(await isThere(program))) return `${program} is not on the PATH`
  const missing = await unbuilt().catch(lastLine)
  // The toolchain that go.mod asks for is fetched at the first question.
  if (typeof missing === 'string') return `Go does not answer: ${missing}`
  const work = missing.length > 0 ? 'build' : 'run'
  const { bavail, bsize } = await statfs(homedir())
  const free = { disk: (bavail * bsize) / GB, memory: freemem() / GB }
  if (free.disk < DISK_GB[work]) return `${free.disk.toFixed(1)} GB of disk are free, and ${DISK_GB[work]} are needed to ${work}`
  if (free.memory < MEMORY_GB[work]) return `${free.memory.toFixed(1)} GB of memory are free, and ${MEMORY_GB[work]} are needed to ${work}`
  for (const module of missing) {
    const fault = await fetchPackages(module).then(() => undefined, lastLine)
    if (fault !== undefined) return `the Go packages of ${module} cannot be fetched: ${fault}`
  }
  return undefined
}

function isThere(program: string): Promise<boolean> {
  return promisify(execFile)(program, [program === 'go' ? 'version' : '--version']).then(
    () => true,
    () => false,
  )
}

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}

process.stdout.write(`${(await obstacle()) ?? 'ready'}\n`)
