import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAddress } from '../../../src/adapters/ledgers/postgres/address.ts'
import { readPostgresLedger } from '../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { writeConfig } from '../../../src/demo/stage.ts'
import { createService } from '../../../src/service.ts'
import { createWorld, type World } from '../../../src/simulator/world.ts'
import { until } from '../../until.ts'
import { createDatabase, endedReverts, untilNothingIsPending } from '../live-ledger.ts'

/** A call outside at which the leader is killed: before it has its effect, or after. */
export interface Moment {
  at: number
  when: 'before' | 'after'
}

/** What became of a failed release whose PR people have merged. */
export interface Outcome {
  /** What the first leader called, in order. */
  calls: readonly string[]
  wasKilled: boolean
  /** From the kill, or the beginning, until all was done, ms. */
  tookMs: number
  /** What is there once too often, or not at all. */
  wrong: readonly string[]
}

const CHILD = new URL('service-child.ts', import.meta.url)
const PATIENCE_MS = 120_000

/**
 * A release fails, a PR is opened and told of, and a person merges it. The leader, a process of its own, is killed at the moment; another
 * replica, in this process, does the rest.
 * @param server URL of a server; a database is made in it @param moment undefined: nobody is killed
 */
export async function liveWith(server: string, moment?: Moment): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const url = await createDatabase(server, 'kill')
  const world = stack.use(await createWorld({ pace: 0.3 }))
  await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
  const calls: string[] = []
  const child = await startChild(await writeFiles(stack, world, url), moment ?? { at: 0, when: 'before' }, calls)
  stack.defer(() => ended(child))
  const killed: { at?: number } = {}
  child.once('exit', () => void (killed.at = performance.now()))
  const { config, secrets } = loadConfig({ file: await writeFiles(stack, world, url), env: {} })
  const other = stack.use(await createService(config, secrets))
  await other.ready()
  const begun = performance.now()

  world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
  await world.commitImage('v1.8.0', 'alice')
  await until(() => (isTold(world) ? true : undefined), { what: 'a PR and a card', timeoutMs: PATIENCE_MS })
  await untilNothingIsPending(url, PATIENCE_MS)
  await world.people.merge('alice', 1)
  await until(async () => (await endedReverts(url)) > 0 || undefined, { what: 'the revert has ended', timeoutMs: PATIENCE_MS })
  await untilNothingIsPending(url, PATIENCE_MS)
  const tookMs = performance.now() - (killed.at ?? begun)
  const wasKilled = killed.at !== undefined
  await ended(child)
  await other[Symbol.asyncDispose]()
  return { calls, wasKilled, tookMs, wrong: [...(await wrongOutside(world)), ...(await wrongInside(url))] }
}

async function writeFiles(stack: AsyncDisposableStack, world: World, url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-kill-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'url'), url)
  return writeConfig({ world, folder, port: 0, ledger: '{ type: postgres, urlFile: url, leaseSeconds: 3 }' })
}

/** Resolves once it leads: there is nobody else yet. */
async function startChild(file: string, { at, when }: Moment, calls: string[]): Promise<ChildProcess> {
  const child = fork(CHILD, [file, String(at), when])
  const ready = Promise.withResolvers<void>()
  child.on('message', (message: 'ready' | { call: string }) => (message === 'ready' ? ready.resolve() : void calls.push(message.call)))
  child.once('exit', () => ready.reject(new Error('the leader has ended before it was ready')))
  await ready.promise
  return child
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exit
}

const rootCards = ({ slack }: World): readonly unknown[] => slack.messages.filter((message) => message.thread_ts === undefined)

const isTold = (world: World): boolean => world.repository.pulls.size > 0 && rootCards(world).length > 0

async function wrongOutside(world: World): Promise<readonly string[]> {
  const { pulls, comments, git } = world.repository
  const bodies = comments.map(({ body }) => body)
  const left = [...(await git.branches()).keys()].filter((branch) => branch.includes('kedge/'))
  return [
    ...(pulls.size === 1 ? [] : [`${pulls.size} PRs`]),
    ...(rootCards(world).length === 1 ? [] : [`${rootCards(world).length} cards`]),
    ...(new Set(bodies).size === bodies.length ? [] : ['a comment stands twice']),
    ...left.map((branch) => `branch ${branch} is left`),
  ]
}

async function wrongInside(url: string): Promise<readonly string[]> {
  const address = readAddress(url, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  await using ledger = await readPostgresLedger({ address, poolSize: 1, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 })
  const verdict = await ledger.verify()
  const reverts = await ledger.load('revert', { limit: 9 })
  return [
    ...(verdict.intact ? [] : [`record ${verdict.sequence}: ${verdict.what}`]),
    ...(reverts.length === 1 ? [] : [`${reverts.length} reverts`]),
  ]
}
