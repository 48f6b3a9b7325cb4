import { createChainWalk } from '../../../src/adapters/ledgers/chain/chain.ts'
import type { StoredLink } from '../../../src/adapters/ledgers/chain/row.ts'
import type { World } from '../../../src/simulator/world.ts'
import { until } from '../../until.ts'
import { ask, createDatabase, endedReverts, untilNothingIsPending } from '../live-ledger.ts'
import { createPatientWorld, PATIENCE_MS } from '../patient-world.ts'
import { startPod, type Pod } from './pod.ts'
import { PRESENT, type Version } from './version.ts'

/** What was seen of one step of an upgrade. */
export interface Step {
  what: string
  /** Which pods led at its end, and what else was to be seen. */
  seen: string
  /** What must not be. */
  wrong: readonly string[]
}

/** A world, a database, and how many releases have failed in it so far. */
interface Stage {
  stack: AsyncDisposableStack
  world: World
  url: string
  failures: number
}

/**
 * An upgrade pod by pod, a leader of before that wakes up late, the way back, and forth again, with two real versions on one ledger. In
 * each step a release fails and a person merges its PR.
 * @param server URL of a server; a database is made in it @param told hears of each step as soon as it is over
 */
export async function upgrade(server: string, old: Version, told: (step: Step) => void): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const url = await createDatabase(server, 'upgrade')
  const world = stack.use(await createPatientWorld({ pace: 0.3 }))
  world.scriptMetric((image) => (image.includes(':v2.') ? 0.5 : 0.99))
  const stage: Stage = { stack, world, url, failures: 0 }
  const start = (version: Version): Promise<Pod> => startPod(stack, version, stage)

  const first = await start(old)
  await untilLed(first)
  const second = await start(old)
  await untilReady(second)
  told(await step(stage, 'two old ones', [first, second]))

  await second.end()
  const third = await start(PRESENT)
  await untilReady(third)
  told(await step(stage, 'an old one leads, a new one is beside it', [first, third]))

  first.freeze()
  await untilLed(third)
  told(await step(stage, 'the old one stands still, and the new one leads', [third]))
  first.thaw()
  told(await step(stage, 'the old one has woken', [first, third]))

  await first.end()
  const back = await start(old)
  await untilSaid(back)
  told(await step(stage, 'an old one is started beside the new one', [back, third]))

  await third.end()
  const isLed = await untilLed(back, 20_000).then(
    () => true,
    () => false,
  )
  told(await (isLed ? step(stage, 'back: the old one alone', [back]) : unhandled(stage, back)))
  const forth = await start(PRESENT)
  await back.end()
  await untilLed(forth)
  told(await step(stage, 'forth again: a new one alone', [forth]))
}

/** A release fails, and is to be told of and reverted once; a person merges the PR. */
async function step(stage: Stage, what: string, pods: readonly Pod[]): Promise<Step> {
  const { world, url } = stage
  const open = world.repository.pulls.size - stage.failures
  // One that nobody has handled yet is what this step is about.
  if (open === 0 && (await isHandled(stage))) await fail(stage)
  const expected = stage.failures
  let fault: string | undefined
  try {
    await until(() => (isTold(stage) ? true : undefined), { what: `PR and card ${expected}`, timeoutMs: PATIENCE_MS })
    await untilNothingIsPending(url, PATIENCE_MS)
    await world.people.merge('alice', Math.max(...world.repository.pulls.keys()))
    await until(async () => ((await endedReverts(url)) === expected ? true : undefined), {
      what: 'the revert has ended',
      timeoutMs: PATIENCE_MS,
    })
    await untilNothingIsPending(url, PATIENCE_MS)
    await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy', PATIENCE_MS)
  } catch (thrown) {
    fault = String(thrown)
  }
  return { what, seen: await seenOf(pods), wrong: [...(fault ? [fault] : []), ...(await wrongIn(stage)), ...pods.flatMap(uncoded)] }
}

async function fail(stage: Stage): Promise<void> {
  stage.failures += 1
  await stage.world.commitImage(`v2.${stage.failures}.0`, 'alice')
  await stage.world.untilRollout((rollout) => rollout.status?.abort === true, PATIENCE_MS)
}

/** A release fails, and who alone is there must do nothing of what it cannot record. */
async function unhandled(stage: Stage, pod: Pod): Promise<Step> {
  const before = { pulls: stage.world.repository.pulls.size, cards: rootCards(stage.world).length }
  await fail(stage)
  await untilSaid(pod)
  const [pulls, cards] = [stage.world.repository.pulls.size - before.pulls, rootCards(stage.world).length - before.cards]
  const wrong = pulls + cards === 0 ? [] : [`the old one has opened ${pulls} PRs and ${cards} cards`]
  return { what: 'back: the old one alone, which cannot read the ledger', seen: await seenOf([pod]), wrong: [...wrong, ...uncoded(pod)] }
}

async function seenOf(pods: readonly Pod[]): Promise<string> {
  const all = pods.map(async (pod) => {
    const codes = [...new Set(pod.said().match(/\bE_LEDGER_[A-Z_]+/g))].join(' ')
    const state = pod.exitCode() !== undefined ? `ended with ${pod.exitCode()}` : (await pod.leads()) ? 'leads' : 'looks on'
    const isReady = (await pod.readiness())?.ready === true ? '' : ', not ready'
    return `${pod.name} ${state}${pod.exitCode() === undefined ? isReady : ''}${codes && ` (${codes})`}`
  })
  return (await Promise.all(all)).join('; ')
}

/** Faults of the program itself that nobody has foreseen. */
function uncoded(pod: Pod): readonly string[] {
  const lines = pod.said().split('\n')
  const found = lines.find((line) => /TypeError|ReferenceError|E_INTERNAL|unhandled/i.test(line))
  return found === undefined ? [] : [`${pod.name}: ${found.slice(0, 300)}`]
}

const rootCards = ({ slack }: World): readonly unknown[] => slack.messages.filter((message) => message.thread_ts === undefined)

function isTold({ world, failures }: Stage): boolean {
  return world.repository.pulls.size >= failures && rootCards(world).length >= failures
}

async function isHandled({ url, failures }: Stage): Promise<boolean> {
  return failures === 0 || (await endedReverts(url)) === failures
}

async function wrongIn({ world, url, failures }: Stage): Promise<readonly string[]> {
  const walk = createChainWalk()
  const links = await ask<StoredLink>(url, 'SELECT sequence::int, at::float, kind, key, event, document, hash FROM kedge.record ORDER BY 1')
  const broken = links.map((link) => walk.step(link)).find((what) => what !== undefined)
  const { pulls, comments } = world.repository
  const cards = rootCards(world).length
  const bodies = comments.map(({ body }) => body)
  return [
    ...(pulls.size === failures ? [] : [`${pulls.size} PRs for ${failures} failures`]),
    ...(cards === failures ? [] : [`${cards} cards for ${failures} failures`]),
    ...(new Set(bodies).size === bodies.length ? [] : ['a comment stands twice']),
    ...(broken === undefined ? [] : [`the chain breaks: ${broken}`]),
  ]
}

async function untilLed(pod: Pod, timeoutMs = PATIENCE_MS): Promise<void> {
  await until(async () => ((await pod.leads()) ? true : undefined), { what: `the ${pod.name} one leads`, timeoutMs })
}

async function untilReady(pod: Pod): Promise<void> {
  const isReady = async (): Promise<true | undefined> => (await pod.readiness())?.ready || undefined
  await until(isReady, { what: `the ${pod.name} one is ready`, timeoutMs: PATIENCE_MS })
}

/** It is ready, has ended, or says why it will not be. */
async function untilSaid(pod: Pod): Promise<void> {
  const isSaid = async (): Promise<true | undefined> =>
    pod.exitCode() !== undefined || /E_LEDGER_NEWER/.test(pod.said()) || (await pod.readiness())?.ready || undefined
  await until(isSaid, { what: `the ${pod.name} one says how it is`, timeoutMs: PATIENCE_MS })
}
