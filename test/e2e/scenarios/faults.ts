import assert from 'node:assert/strict'
import { crashProgram } from '../control-plane/processes.ts'
import { until } from '../control-plane/until.ts'
import type { Play } from '../play.ts'
import { canaryFiles, mergeAndRestore, releaseThatFails, untilAborted, untilRestored, type Scenario } from '../scenario.ts'

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
  const roots = play.stage.slack.messages.filter((message) => message.thread_ts === undefined && JSON.stringify(message).includes(`${play.name}/`))
  assert.equal(roots.length, 1, 'one card')
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

/** Kedge is killed as soon as the abort is there, and once more while its PR is merged. */
const kedgeKilled: Scenario = {
  name: 'kedge-killed',
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.stage.restartKedge('SIGKILL')
    await play.untilCard('v1.8.0')
    await play.stage.restartKedge('SIGKILL')
    const pull = await play.untilPullRequest()
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.stage.restartKedge('SIGKILL', async () => {
      await play.merge(pull)
      await play.untilRollout('N runs again', (seen) => seen.image.endsWith('v1.7.3') && !seen.abort && seen.phase === 'Healthy')
    })
    await untilRestored(play)
    await expectOneOfEach(play)
  },
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

export const FAULT_SCENARIOS: readonly Scenario[] = [apiServer, controllers, kedgeKilled, kedgeAway]
