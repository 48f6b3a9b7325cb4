import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BINARIES, MODULES } from './places.ts'

/** A Go module of this bench: its `tool` lines say what is built. */
export type ToolModule = 'kubernetes' | 'argo-rollouts' | 'argo-cd' | 'kustomize' | 'helm' | 'gitea'

const TOOL_MODULES: readonly ToolModule[] = ['kubernetes', 'argo-rollouts', 'argo-cd', 'kustomize', 'helm', 'gitea']

/** What a module is built with beside its packages: Gitea's database is SQLite, in C. */
const TAGS: Partial<Readonly<Record<ToolModule, string>>> = { gitea: 'sqlite,sqlite_unlock_notify' }

/** Folders with the binaries, by module. Gitea may be left out: without it its scenarios are skipped. */
export type Tools = Readonly<Record<Exclude<ToolModule, 'gitea'>, string> & { gitea?: string }>

const run = promisify(execFile)

/**
 * Builds what is not built yet. A binary is kept under the hash of the module's go.mod and go.sum and of the Go that builds it, outside of
 * the checkout: a changed pin builds anew, and a fresh clone costs nothing.
 * @throws Error in words of the go command
 */
export async function buildTools(tell: (line: string) => void, leaveOut: readonly ToolModule[] = []): Promise<Tools> {
  const tools: [ToolModule, string][] = []
  // One after the other: each of them takes all the cores and memory there are.
  for (const name of TOOL_MODULES) if (!leaveOut.includes(name)) tools.push([name, await buildModule(name, tell)])
  return Object.fromEntries(tools) as Tools
}

/** A slow line may take this long for one module, in milliseconds. */
const FETCH_MS = 20 * 60_000

/** What is not built yet. */
export async function unbuilt(): Promise<readonly ToolModule[]> {
  const folders = await Promise.all(TOOL_MODULES.map(folderOf))
  return TOOL_MODULES.filter((_, index) => !existsSync(folders[index] ?? ''))
}

/** What is not built with these arguments: with `--gitea-if-built`, a Gitea that nobody has built yet. */
export async function leftOut(args: readonly string[]): Promise<readonly ToolModule[]> {
  if (!args.includes('--gitea-if-built')) return []
  // Where Go does not answer, that is what is in the way.
  return (await unbuilt().catch(() => [])).filter((name) => name === 'gitea')
}

/** Resolves all packages of a module, and so fetches what is not in Go's cache. @throws Error in words of the go command */
export async function fetchPackages(name: ToolModule): Promise<void> {
  await run('go', ['list', '-deps', 'tool'], {
    cwd: join(MODULES, name),
    env: goEnvironment(),
    maxBuffer: 64 * 1024 * 1024,
    timeout: FETCH_MS,
  })
}

async function buildModule(name: ToolModule, tell: (line: string) => void): Promise<string> {
  const folder = await folderOf(name)
  if (existsSync(folder)) return folder
  const startedAt = performance.now()
  const unfinished = `${folder}.${process.pid}`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  tell(`building ${name}; this takes minutes the first time`)
  await go(name, ['build', '-ldflags=-s -w', `-tags=${TAGS[name] ?? ''}`, '-o', `${unfinished}/`, 'tool'])
  // Another clone may have been faster.
  await rename(unfinished, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error
  })
  await rm(unfinished, { recursive: true, force: true })
  tell(`built ${name} in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
  return folder
}

async function folderOf(name: ToolModule): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(MODULES, name, file)))
  const { stdout } = await run('go', ['version'], { cwd: join(MODULES, name), env: goEnvironment() }).catch(missingGo)
  return join(BINARIES, `${name}-${hash.update(stdout).digest('hex').slice(0, 12)}`)
}

function missingGo(cause: unknown): never {
  throw (cause as { code?: unknown }).code === 'ENOENT' ? new Error('go is not on the PATH; install Go 1.26 or newer', { cause }) : cause
}

function go(name: ToolModule, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: join(MODULES, name), env: goEnvironment(), stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`go build of ${name} ended with ${code}`))))
  })
}

/** Folder of an upstream module in Go's module cache, where its CRDs and scripts lie. Fetched where it is not there. */
export async function moduleFolder(name: ToolModule, path: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', path], { cwd: join(MODULES, name), env: goEnvironment() })
  return (JSON.parse(stdout) as { Dir: string }).Dir
}

/** The toolchain that go.mod asks for is fetched where the installed one is older. */
function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, GOTOOLCHAIN: 'auto', GOMAXPROCS: String(availableParallelism()), GOFLAGS: '-buildvcs=false' }
}
