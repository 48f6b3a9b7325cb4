import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE, MODULES } from './places.ts'

/** A Go module of this bench: its `tool` lines say what is built. */
export type ToolModule = 'kubernetes' | 'argo-rollouts' | 'argo-cd' | 'kustomize' | 'helm'

export const TOOL_MODULES: readonly ToolModule[] = ['kubernetes', 'argo-rollouts', 'argo-cd', 'kustomize', 'helm']

/** Folders with the binaries, by module. */
export type Tools = Readonly<Record<ToolModule, string>>

const run = promisify(execFile)

/**
 * Builds what is not built yet. A binary is kept under the hash of the module's go.mod and go.sum, so a changed pin
 * builds anew and an unchanged one costs nothing.
 * @throws Error in words of the go command
 */
export async function buildTools(tell: (line: string) => void): Promise<Tools> {
  const tools: [ToolModule, string][] = []
  // One after the other: each of them takes all the cores and memory there are.
  for (const name of TOOL_MODULES) tools.push([name, await buildModule(name, tell)])
  return Object.fromEntries(tools) as Record<ToolModule, string>
}

async function buildModule(name: ToolModule, tell: (line: string) => void): Promise<string> {
  const folder = join(CACHE, 'bin', `${name}-${await fingerprint(name)}`)
  if (existsSync(folder)) return folder
  const startedAt = performance.now()
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  tell(`building ${name}; this takes minutes the first time`)
  await go(name, ['build', '-ldflags=-s -w', '-o', `${unfinished}/`, 'tool'])
  await rename(unfinished, folder)
  tell(`built ${name} in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
  return folder
}

async function fingerprint(name: ToolModule): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(MODULES, name, file)))
  return hash.digest('hex').slice(0, 12)
}

function go(name: ToolModule, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: join(MODULES, name), env: goEnvironment(), stdio: 'inherit' })
    child.once('error', (cause) => reject(new Error('go is not on the PATH; install Go 1.26 or newer', { cause })))
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`go build of ${name} ended with ${code}`))))
  })
}

/** Folder of an upstream module in Go's module cache, where its CRDs and scripts lie. */
export async function moduleFolder(name: ToolModule, path: string): Promise<string> {
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', path], {
    cwd: join(MODULES, name),
    env: goEnvironment(),
  })
  return stdout.trim()
}

/** The toolchain that go.mod asks for is fetched where the installed one is older. */
function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, GOTOOLCHAIN: 'auto', GOMAXPROCS: String(availableParallelism()), GOFLAGS: '-buildvcs=false' }
}
