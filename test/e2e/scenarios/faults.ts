import assert from 'node:assert/strict'
import { until } from '../../until.ts'
import { crashProgram } from '../control-plane/processes.ts'
import { analysisTemplate, type Files } from '../manifests.ts'
import { killAt, knownOf, MOMENTS, type Moment, type Scene } from '../moments.ts'
import type { Play } from '../play.ts'
import { canaryFiles, mergeAndRestore, releaseThatFails, untilAborted, untilRestored, type Scenario } from '../scenario.ts'
import { viewOf } from '../views.ts'

/** Releases a version that will fail and comes back when its canary runs. */
async function releaseUnderWay(play: Play): Promise<void> {
  await play.begin(canaryFiles(play, 'v1.7.3'))
  play.stage.metrics.set(play.name, { value: 0.5 })
  await play.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
  await play.untilRollout('the canary runs', (seen) => seen.image.endsWith('v1.8.0') && seen.isObserved && seen.phase !== 'Healthy')
}

async function expectOneOfEach(play: Play): Promise<void> {
  await play.letPass(2_000)
  assert.equal((await play.pullRequests()).length, 1, 'one pull request')
  assert.equal(cardsOf(play).length, 1, `one card; there are ${play.cards().join(' | ')}`)
}

/** Without the replies in its thread. */
export function cardsOf({ stage, name }: Play): readonly unknown[] {
  return stage.slack.messages.filter((message) => message.thread_ts === undefined && JSON.stringify(message).includes(`${name}/`))
}

/** The API server is away for seconds, and nobody can go on from where they were. */
const apiServer: Scenario = {
  name: 'api-server-killed',
  ownOnly: 'it kills programs of the control plane',
  alone: true,
  async play(play) {
    await releaseUnderWay(play)
    await crashProgram('kube-apiserver', async () => {
      await compact(play)
      await play.letPass(2_000)
    })
    await until(() => play.stage.api.get('/readyz'), { timeoutMs: 60_000, what: 'the API server again' })
    await untilAborted(play)
    await play.untilCard('v1.8.0')
    // What records is connected again later than Kedge is, and a failure has to settle in the recording, too.
    await play.letPass(2_500)
    await mergeAndRestore(play)
    await expectOneOfEach(play)
  },
}

/** Makes etcd forget its past, so that every watch is answered with 410 when it comes back. */
async function compact({ stage }: Play): Promise<void> {
  const etcd = `http://127.0.0.1:${stage.cluster.own?.ports.etcd ?? ''}/v3/kv`
  const ask = async (path: string, body: object): Promise<{ header: { revision: string } }> =>
    (await (await fetch(`${etcd}/${path}`, { method: 'POST', body: JSON.stringify(body) })).json()) as { header: { revision: string } }
  const { header } = await ask('range', { key: Buffer.from('/').toString('base64') })
  await ask('compaction', { revision: header.revision, physical: true })
}

const controllers: Scenario = {
  name: 'controllers-killed',
  ownOnly: 'it kills programs of the control plane',
  alone: true,
  async play(play) {
    await releaseUnderWay(play)
    await crashProgram('rollouts-controller', () => play.letPass(1_000))
    // Argo CD sees nothing of the abort; Kedge must not need it.
    await crashProgram('argocd-application-controller', async () => {
      await untilAborted(play)
      await play.untilCard('v1.8.0')
      await play.untilPullRequest()
    })
    await mergeAndRestore(play)
    await expectOneOfEach(play)
  },
}

/** Kedge dies with -9 at one moment of the FAQ's story, and a new one brings to its end what the first began. */
function kedgeKilled(moment: Moment): Scenario {
  return {
    name: `kedge-killed-${moment.name}`,
    alone: true,
    async play(play) {
      await play.begin(watchedFiles(play, 'v1.7.3'))
      const scene = sceneOf(play)
      await killAt(moment, scene)
      await play.stage.restartKedge('SIGKILL')
      if (!moment.afterMerge) {
        await scene.pullIsOpen()
        await scene.merge()
      }
      await untilRestored(play)
      await expectOneOfEach(play)
      await play.stage.kedge().verifyLedger()
    },
  }
}

/** With an analysis that goes on until a measurement is bad. */
function watchedFiles(play: Play, tag: string): Files {
  return { ...canaryFiles(play, tag), 'analysis.yaml': analysisTemplate(play.metricUrl(), { metric: { count: 600 } }) }
}

/** Kedge's branches that change this scenario's files. */
async function branchesOf({ stage, name }: Play): Promise<readonly string[]> {
  const { git } = stage.gitops.repository
  const ours: string[] = []
  for (const [branch, head] of await git.branches()) {
    if (!branch.startsWith('kedge/')) continue
    const files = await git.changedFiles(`${head}^`, head)
    if (files.some(({ path }) => path.startsWith(`${name}/`))) ours.push(branch)
  }
  return ours
}

function sceneOf(play: Play): Scene {
  const { stage, name } = play
  const measures = (says: 'good' | 'bad'): void => stage.metrics.set(name, { value: says === 'good' ? 0.99 : 0.5 })
  let isTold = true
  measures('bad')
  return {
    forge: stage.github,
    slack: stage.slack,
    measures,
    async argoCdHears(hears) {
      isTold = hears
      if (hears) await play.refresh()
    },
    async sights() {
      const seen = stage.observer.newest('Rollout', name, 'web')
      const rollout = seen && viewOf(stage.cluster.images, seen, 0)
      const pulls = await play.pullRequests()
      return {
        aborted: rollout?.abort === true && rollout.abortedAt !== undefined,
        branches: (await branchesOf(play)).length,
        pulls: pulls.length,
        merged: pulls.some((pull) => pull.merged),
        cards: cardsOf(play).length,
        ...(await stage.kedge().readLedger((ledger) => knownOf(ledger, name))),
      }
    },
    release: () => play.commit('Release web v1.8.0', watchedFiles(play, 'v1.8.0')),
    async pullIsOpen() {
      const { number } = await play.untilPullRequest()
      await play.untilCard(`#${number}`)
    },
    async merge() {
      const [pull] = await play.pullRequests()
      if (pull === undefined) throw new Error('there is no pull request')
      await play.merge(pull, { isTold })
    },
    async kill() {
      play.step('kill -9')
      await stage.kedge().stop('SIGKILL')
    },
    until: (what, holds) =>
      until(async () => (await holds()) || undefined, { what, timeoutMs: play.stage.cluster.patienceMs, everyMs: 20 }),
  }
}

/** The abort happens while nobody looks. */
const kedgeAway: Scenario = {
  name: 'kedge-away',
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await play.stage.restartKedge('SIGTERM', async () => {
      await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    })
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
    await expectOneOfEach(play)
  },
}

export const FAULT_SCENARIOS: readonly Scenario[] = [apiServer, controllers, ...MOMENTS.map(kedgeKilled), kedgeAway]
