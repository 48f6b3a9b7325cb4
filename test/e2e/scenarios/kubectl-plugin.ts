import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argoRollouts, ITS_OWN_KUBECTL, run } from '../kubectl.ts'
import { pause, rollout, setWeight, type Files } from '../manifests.ts'
import type { Play } from '../play.ts'
import { canaryFiles, expectNoticeOnly, releaseThatFails, untilAborted, type Scenario } from '../scenario.ts'
import { withoutSelfHeal } from './who-made-what.ts'

// What people do by hand, by the very commands that they type, and what Kedge says of it.

/** Until the board says a state of who serves. */
export async function untilServing(play: Play, wanted: string): Promise<void> {
  await play.until(`the board says ${wanted}`, async () => (await servingOf(play)) === wanted)
}

async function servingOf({ name, stage }: Play): Promise<string | undefined> {
  const answer = await fetch(`${stage.kedge().apiUrl}/api/v1/rollouts?limit=500`)
  const { items } = (await answer.json()) as { items: { namespace: string; serving: string }[] }
  return items.find(({ namespace }) => namespace === name)?.serving
}

const healthy = (play: Play, tag: string) =>
  play.untilRollout(
    `${tag} Healthy`,
    (seen) =>
      seen.image.endsWith(tag) && seen.isObserved && !seen.abort && seen.stableHash === seen.currentHash && seen.phase === 'Healthy',
  )

const pausedFiles = (tag: string): Files => ({
  'rollout.yaml': rollout({ tag, strategy: { canary: { steps: [setWeight(25), pause()] } } }),
})

const abortRetryPromote: Scenario = {
  name: 'plugin-abort-retry-promote',
  ownOnly: ITS_OWN_KUBECTL,
  async play(play) {
    await play.begin(pausedFiles('v1.7.3'))
    const { restartedAt } = await restart(play)
    assert.notEqual(restartedAt, undefined)
    assert.equal(await servingOf(play), 'in-step', 'a restart is no release')
    await play.commit('Release web v1.8.0', pausedFiles('v1.8.0'))
    await play.untilRollout('paused', (seen) => seen.phase === 'Paused' && seen.image.endsWith('v1.8.0'))
    await untilServing(play, 'rolling')
    await argoRollouts(play, 'abort', 'web')
    await untilAborted(play)
    await expectNoticeOnly(play, 'a person aborted it')
    await untilServing(play, 'split')
    await argoRollouts(play, 'retry', 'rollout', 'web')
    await play.untilRollout('paused again', (seen) => seen.phase === 'Paused' && !seen.abort)
    await untilServing(play, 'rolling')
    await argoRollouts(play, 'promote', 'web')
    await healthy(play, 'v1.8.0')
    await play.untilCard('made it after all')
    await untilServing(play, 'in-step')
    assert.equal((await play.pullRequests()).length, 0)
  },
}

/** Every pod is replaced, and no version. */
async function restart(play: Play): Promise<{ restartedAt: string | undefined }> {
  await argoRollouts(play, 'restart', 'web')
  let restartedAt: string | undefined
  await play.until('the pods are restarted', async () => {
    const { status } = (await play.stage.api.get(`/apis/argoproj.io/v1alpha1/namespaces/${play.name}/rollouts/web`)) as unknown as {
      status: { restartedAt?: string; phase?: string }
    }
    restartedAt = status.restartedAt
    return restartedAt !== undefined && status.phase === 'Healthy'
  })
  await untilServing(play, 'in-step')
  return { restartedAt }
}

const promoteFull: Scenario = {
  name: 'plugin-promote-full',
  ownOnly: ITS_OWN_KUBECTL,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilCard('v1.8.0')
    const pull = await play.untilPullRequest()
    await argoRollouts(play, 'promote', 'web', '--full')
    await healthy(play, 'v1.8.0')
    await play.untilCard('made it after all')
    await play.untilClosed(pull)
    await untilServing(play, 'in-step')
  },
}

/** A healthy release is undone, and brought back by its image; then an image that nobody has committed fails. */
const undoSetImage: Scenario = {
  name: 'plugin-undo-set-image',
  ownOnly: ITS_OWN_KUBECTL,
  alone: true,
  async play(play) {
    await play.begin(canaryFiles(play, 'v1.7.3'), withoutSelfHeal(play))
    play.stage.metrics.set(play.name, { value: 0.99 })
    await play.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
    await healthy(play, 'v1.8.0')
    await untilServing(play, 'in-step')
    await argoRollouts(play, 'undo', 'web')
    await healthy(play, 'v1.7.3')
    await play.untilApplication('OutOfSync', 'Healthy')
    await untilServing(play, 'undone')
    await argoRollouts(play, 'set', 'image', 'web', 'main=registry.example/web:v1.8.0')
    await healthy(play, 'v1.8.0')
    await untilServing(play, 'in-step')
    play.stage.metrics.set(play.name, { value: 0.5 })
    await argoRollouts(play, 'set', 'image', 'web', 'main=registry.example/web:v1.9.0')
    await untilAborted(play, 'v1.9.0')
    await expectNoticeOnly(play, 'v1.9.0')
    await untilServing(play, 'undone')
  },
}

/** Kedge itself as a plugin: the real kubectl finds it by its name, and what completes its words by its own. */
const kedgeAsPlugin: Scenario = {
  name: 'kubectl-kedge',
  ownOnly: ITS_OWN_KUBECTL,
  async play(play) {
    await play.begin(pausedFiles('v1.7.3'))
    await untilServing(play, 'in-step')
    const folder = await mkdtemp(join(tmpdir(), 'kubectl-kedge-'))
    const main = new URL('../../../src/main.ts', import.meta.url).pathname
    await writeFile(join(folder, 'kubectl-kedge'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 })
    const server = ['--server', play.stage.kedge().apiUrl]
    const { stdout: status } = await run(play, ['kedge', 'status', ...server, '--namespace', play.name, '-o', 'name'], [folder])
    assert.match(status, new RegExp(`${play.name}/web`))
    const { stdout: script } = await run(play, ['kedge', 'completion', 'kubectl'], [folder])
    await writeFile(join(folder, 'kubectl_complete-kedge'), script, { mode: 0o755 })
    const { stdout: offered } = await run(play, ['__complete', 'kedge', 'stat'], [folder])
    assert.match(offered, /^status\t/m)
    const { stdout: flags } = await run(play, ['__complete', 'kedge', 'status', '--cau'], [folder])
    assert.match(flags, /^--cause\t/m)
  },
}

export const KUBECTL_PLUGIN_SCENARIOS: readonly Scenario[] = [abortRetryPromote, promoteFull, undoSetImage, kedgeAsPlugin]
