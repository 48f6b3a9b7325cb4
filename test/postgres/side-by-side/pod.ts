import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readiness } from '../../../src/api/contract.ts'
import { writeConfig } from '../../../src/demo/stage.ts'
import type { World } from '../../../src/simulator/world.ts'
import { freePort } from '../server.ts'
import type { Version } from './version.ts'

const LEASE_SECONDS = 6

/** A version of the service as a process of its own, as a pod has it. */
export interface Pod {
  readonly name: string
  /** What it has written, its log included. */
  said(): string
  /** Undefined while it does not answer. */
  readiness(): Promise<Readiness | undefined>
  /** Whether it says that it leads the one cluster. */
  leads(): Promise<boolean>
  /** What it ended with; undefined while it runs. */
  exitCode(): number | undefined
  /** It stands still, as on a machine that is frozen. */
  freeze(): void
  thaw(): void
  /** As Kubernetes ends it. */
  end(): Promise<void>
}

/** Starts a version over a world and a database. It goes with the stack. */
export async function startPod(stack: AsyncDisposableStack, { name, root }: Version, place: { world: World; url: string }): Promise<Pod> {
  const file = await writeFiles(stack, place)
  const port = await freePort()
  await writeFile(file, (await readFile(file, 'utf8')).replace('api: { port: 0 }', `api: { port: ${port} }`))
  const child = spawn(process.execPath, [join(root, 'src', 'main.ts'), 'serve', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  stack.defer(() => ended(child))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => void (said += text.toString()))
  const readiness = async (): Promise<Readiness | undefined> => {
    if (child.exitCode !== null) return undefined
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    return (await answer?.json()) as Readiness | undefined
  }
  return {
    name,
    said: () => said,
    readiness,
    async leads() {
      const conditions = (await readiness())?.conditions ?? []
      return conditions.some((one) => one.name === 'leader of demo' && one.detail?.startsWith('this replica') === true)
    },
    exitCode: () => child.exitCode ?? undefined,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    end: () => ended(child),
  }
}

async function writeFiles(stack: AsyncDisposableStack, { world, url }: { world: World; url: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-pod-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'url'), url)
  const ledger = `{ type: postgres, urlFile: url, leaseSeconds: ${LEASE_SECONDS} }`
  const file = await writeConfig({ world, folder, port: 0, ledger })
  await writeFile(file, (await readFile(file, 'utf8')).replace('log: { level: silent }', 'log: { level: info }'))
  return file
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  child.kill('SIGCONT')
  await exit
}
