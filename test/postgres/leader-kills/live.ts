import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../../src/config/load.ts'
import { writeConfig } from '../../../src/demo/stage.ts'
import { createService } from '../../../src/service.ts'
import type { World } from '../../../src/simulator/world.ts'
import { rememberLog } from '../../remember-log.ts'
import { until } from '../../until.ts'
import { lostFrom } from '../acknowledged.ts'
import { createDatabase, untilNothingIsPending } from '../live-ledger.ts'
import { createPatientWorld, PATIENCE_MS } from '../patient-world.ts'
import { adapters } from './adapters.ts'
import { startAim, type Aim } from './aim.ts'
import type { Moment } from './moments.ts'
import { doublesIn, endOf, type End } from './outcome.ts'
import type { Told } from './service-child.ts'
import type { Scene, Story } from './stories.ts'

/** What became of a story. */
export interface Outcome {
  /** What the first leader came to, in order. */
  passed: readonly (readonly string[])[]
  /** What it was at as it was killed; undefined where it never came to the moment. */
  killedAt: readonly string[] | undefined
  /** From the kill until all was done that was to be done by then, ms. */
  tookMs: number
  end: End
  /** Effects that were done twice. */
  doubles: readonly string[]
  lost: readonly string[]
}

const CHILD = new URL('service-child.ts', import.meta.url)

/** A fault of a life, with what both replicas have logged. */
class LifeFault extends Error {
  constructor(what: string, { told, cause }: { told: readonly string[]; cause: unknown }) {
    super([what, ...told.slice(-30)].join('\n    '), { cause })
  }
}

/**
 * Tells a story. The leader, a process of its own, is killed at the moment; another replica, in this process, does the rest.
 * @param server its address; a database is made in it @param moment undefined: nobody is killed
 * @throws Error with what the replicas have logged, where something does not come about
 */
export async function liveWith(server: { url: string; port: number }, story: Story, moment?: Moment): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const url = await createDatabase(server.url, 'kill')
  const world = stack.use(await createPatientWorld({ pace: 0.3 }))
  await story.prepare?.(world)
  const aim = stack.use(await startAim(server.port))
  const leader = await startLeader(await writeFiles(stack, world, { story, url: aim.through(url) }), moment, aim)
  stack.defer(() => ended(leader.child))

  const { config, secrets } = loadConfig({ file: await writeFiles(stack, world, { story, url }), env: {} })
  const log = rememberLog()
  const other = stack.use(await createService(config, secrets, { ...adapters, logger: () => log.logger }))
  await other.ready()
  let tookMs = 0
  const step: Scene['step'] = async (what, isSo) => {
    const begun = performance.now()
    await until(async () => (await isSo()) || undefined, { what, timeoutMs: PATIENCE_MS })
    const quietAt = await untilNothingIsPending(url, PATIENCE_MS)
    // The step in which it was killed.
    if (leader.killed.at !== undefined && leader.killed.at >= begun) tookMs = quietAt - leader.killed.at
  }
  try {
    await story.play({ world, url, api: () => other.apiUrl, step })
  } catch (cause) {
    const logged = log.lines.map(({ level, message, fields }) => `other: ${level} ${message} ${JSON.stringify(fields ?? {})}`)
    throw new LifeFault(String(cause), { told: [...leader.said(), ...logged], cause })
  }
  await ended(leader.child)
  await other[Symbol.asyncDispose]()
  const { passed, killed, kept } = leader
  const found = { end: await endOf(world, url), doubles: await doublesIn(world, url), lost: await lostFrom(url, kept) }
  return { passed, killedAt: killed.names, tookMs, ...found }
}

async function writeFiles(stack: AsyncDisposableStack, world: World, { story, url }: { story: Story; url: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-kill-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'url'), url)
  const choice = ', announce: [status, comment, deployment]'
  const file = await writeConfig({ world, folder, port: 0, choice, ledger: '{ type: postgres, urlFile: url, leaseSeconds: 3 }' })
  const changes = [
    ['kubeconfig: kubeconfig', 'kubeconfig: kubeconfig, pods: true'],
    ['level: silent', 'level: warn'],
    story.config ?? ['', ''],
  ]
  const text = changes.reduce((before, [from = '', to = '']) => before.replace(from, to), await readFile(file, 'utf8'))
  await writeFile(file, text)
  return file
}

interface Leader {
  child: ChildProcess
  passed: readonly (readonly string[])[]
  /** Acknowledged records. */
  kept: readonly string[]
  killed: { names?: readonly string[]; at?: number }
  /** Its log. */
  said(): readonly string[]
}

/** Resolves once it leads: there is nobody else yet. */
async function startLeader(file: string, moment: Moment | undefined, aim: Aim): Promise<Leader> {
  const { name = '', when = 'before' } = moment ?? {}
  const child = fork(CHILD, [file, name, when], { silent: true, execArgv: [] })
  const passed: (readonly string[])[] = []
  const kept: string[] = []
  const killed: Leader['killed'] = {}
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => void (said += text.toString()))
  const ready = Promise.withResolvers<void>()
  let last: readonly string[] = []
  child.on('message', (message: Told) => {
    if (message.told === 'ready') return ready.resolve()
    if (message.told === 'kept') return void kept.push(...message.records)
    if (message.told === 'aim') {
      aim.at(message.key, when, () => void child.kill('SIGKILL'))
      return void child.send('aimed')
    }
    passed.push(message.names)
    if (message.isTheMoment) last = message.names
  })
  child.once('exit', (_, signal) => {
    if (signal === 'SIGKILL') Object.assign(killed, { names: last, at: performance.now() })
    ready.reject(new Error(`the leader has ended before it was ready: ${said}`))
  })
  await ready.promise
  return { child, passed, kept, killed, said: () => said.split('\n').map((line) => `leader: ${line}`) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exit
}
