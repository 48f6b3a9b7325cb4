import { createClient } from '../../../src/api/client.ts'
import type { StormSummary } from '../../../src/api/contract.ts'
import type { World } from '../../../src/simulator/world.ts'
import { applicationManifest, STORY } from '../../../src/simulator/world/story.ts'
import { until } from '../../until.ts'
import { endedReverts } from '../live-ledger.ts'
import { PATIENCE_MS } from '../patient-world.ts'

/** Where a story is told. */
export interface Scene {
  world: World
  /** Of the database. */
  url: string
  /** The API of the replica that is not killed. */
  api: () => string
  /** Waits for it, and until nothing more is to be done. */
  step: (what: string, isSo: () => boolean | Promise<boolean>) => Promise<void>
}

/** What happens to releases, so that the leader has something to do. */
export interface Story {
  name: string
  /** A line of the configuration that is put in the place of another, for what this story is about. */
  config?: readonly [before: string, after: string]
  /** Before there is a service. */
  prepare?(world: World): Promise<void>
  play(scene: Scene): Promise<void>
}

const BAD = 'v1.8.0'

export const rootCards = ({ slack }: World): readonly unknown[] => slack.messages.filter((message) => message.thread_ts === undefined)

/** Revert PRs, in the order of their numbers. */
export const reverts = ({ repository }: World): readonly { number: number; head: string; state: 'open' | 'closed' }[] =>
  [...repository.pulls.values()].filter(({ head }) => head.startsWith('kedge/'))

const isServing = (world: World, version: string): boolean => {
  const rollout = world.rollout()
  const isAsked = rollout?.spec.template.spec.containers.some(({ image }) => image.endsWith(`:${version}`)) === true
  return isAsked && rollout?.status?.phase === 'Healthy'
}

/** What the forge shows beside a commit in the name of the quarantine. */
const markOf = ({ repository }: World, commit: string): string | undefined =>
  repository.statuses.findLast(({ sha, context }) => sha === commit && context === 'kedge/quarantine')?.state

async function fails({ world, step }: Scene): Promise<void> {
  world.scriptMetric((image) => (image.endsWith(`:${BAD}`) ? 0.5 : 0.99))
  await world.commitImage(BAD, 'alice', { approvedBy: 'bob' })
  await step('a PR and a card', () => reverts(world).length > 0 && rootCards(world).length > 0)
}

async function isTakenBack(scene: Scene): Promise<void> {
  const { world, url, step } = scene
  await fails(scene)
  await world.people.merge('bob', reverts(world)[0]?.number ?? 0)
  await step('the revert has ended', async () => isServing(world, 'v1.7.3') && (await endedReverts(url)) > 0)
}

/**
 * What has failed is brought back by a bot: red beside its commit and no second PR, and green once it is out again. It waits for a person
 * until it is red: whoever has just begun to lead asks Git about it after two minutes, and what has failed anew is not marked.
 */
async function isBroughtBack(scene: Scene): Promise<void> {
  const { world, step } = scene
  await isTakenBack(scene)
  const file = `${STORY.folder}/rollout.yaml`
  const text = (await world.repository.git.readFolder('main', STORY.folder)).get(file) ?? ''
  const waiting = `${text
    .trimEnd()
    .replace(/image: (\S+):\S+/, `image: $1:${BAD}`)
    .replace('pause: {duration: 2s}', 'pause: {}')}\n`
  const again = await world.people.commit('renovate[bot]', { files: { [file]: waiting }, message: `Release ${BAD}\n` })
  await step('it is red', () => markOf(world, again) === 'failure' && world.rollout()?.status?.phase === 'Paused')
  world.promote()
  await step('it has failed again', () => rootCards(world).length > 1 && world.rollout()?.status?.abort === true)
  const out = await world.commitImage('v1.7.3', 'alice')
  await step('it is green', () => markOf(world, out) === 'success' && isServing(world, 'v1.7.3'))
}

async function isSuperseded(scene: Scene): Promise<void> {
  const { world, url, step } = scene
  await fails(scene)
  await world.commitImage('v1.9.0', 'alice')
  await step('the PR is closed', async () => isServing(world, 'v1.9.0') && (await endedReverts(url)) > 0)
}

const SECOND = 'second'

/** A second Rollout, of an Application of its own, in the same repository. */
async function addSecond(world: World): Promise<void> {
  const folder = await world.repository.git.readFolder('main', STORY.folder)
  const named = (text: string): string => text.replaceAll(STORY.rollout, SECOND)
  const files = Object.fromEntries([...folder].map(([path, text]) => [named(path), `${named(text).trimEnd()}\n`]))
  await world.people.commit('alice', { files, message: 'Add a second one\n' })
  const { spec, ...rest } = applicationManifest(world.cloneUrl) as { metadata: object; spec: { source: object } }
  const metadata = { ...rest.metadata, name: SECOND }
  world.kubernetes.store.apply({ ...rest, metadata, spec: { ...spec, source: { ...spec.source, path: named(STORY.folder) } } } as never)
  await until(() => (secondPhase(world) === 'Healthy' ? true : undefined), { what: 'the second one serves', timeoutMs: PATIENCE_MS })
}

function secondPhase({ kubernetes }: World): string | undefined {
  const found = kubernetes.store.get({ plural: 'rollouts', namespace: STORY.namespace, name: SECOND })
  return (found as { status?: { phase?: string } } | undefined)?.status?.phase
}

/** Two fail by the same metric, each by a commit of its own, their PRs are held, and a person releases them. */
async function isStorm({ world, api, step }: Scene): Promise<void> {
  world.scriptMetric((image) => (image.endsWith(`:${BAD}`) ? 0.5 : 0.99))
  for (const folder of [STORY.folder, STORY.folder.replaceAll(STORY.rollout, SECOND)]) {
    const path = `${folder}/rollout.yaml`
    const text = (await world.repository.git.readFolder('main', folder)).get(path) ?? ''
    const files = { [path]: `${text.trimEnd().replace(/image: (\S+):\S+/, `image: $1:${BAD}`)}\n` }
    await world.people.commit('alice', { files, message: `Release ${folder} ${BAD}\n` })
  }
  const storm = async (): Promise<StormSummary | undefined> => (await createClient(api(), undefined).storms())[0]
  await step('a storm of two', async () => (await storm())?.total === 2 && rootCards(world).length > 0)
  await step('its releases are decided by themselves', async () => {
    // Whoever got no answer asks again.
    const { key = '', releasedBy } = (await storm()) ?? {}
    if (!releasedBy) await createClient(api(), undefined).releaseStorm(key, 'ada')
    return Boolean(releasedBy) && reverts(world).length > 1 && rootCards(world).length > 1
  })
}

export const STORIES: readonly Story[] = [
  { name: 'taken back', play: isTakenBack },
  { name: 'brought back', play: isBroughtBack },
  { name: 'superseded', config: ['tokenFile: github-token', 'tokenFile: github-token, commits: { via: api }'], play: isSuperseded },
  { name: 'storm', config: ['log:', 'storms: { holdFrom: 2 }\nlog:'], prepare: addSecond, play: isStorm },
]
