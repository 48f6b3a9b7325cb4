import assert from 'node:assert/strict'
import { until } from '../../until.ts'
import { applyRepositoryCredentials } from '../access.ts'
import { openGiteaDoor, type GiteaDoor } from '../gitea-door.ts'
import { openGiteaPlace, type GiteaPlace } from '../gitea-place.ts'
import { analysisTemplate, type Files } from '../manifests.ts'
import { giteaNamespaceOf, killAt, knownOf, MOMENTS, type Moment, type Scene } from '../moments.ts'
import type { Play } from '../play.ts'
import { canaryFiles, untilRestored, type Scenario } from '../scenario.ts'
import { viewOf } from '../views.ts'
import { cardsOf } from './faults.ts'

// Kedge dies with -9 where the forge is a real Gitea: what is adopted there is what Gitea itself has made. Kedge and Argo CD reach it
// through a door that holds the story at the moment.

/** With an analysis that goes on until a measurement is bad. */
function watchedFiles(play: Play, tag: string): Files {
  return { ...canaryFiles(play, tag), 'analysis.yaml': analysisTemplate(play.metricUrl(), { metric: { count: 600 } }) }
}

function sceneOf(play: Play, place: GiteaPlace, door: GiteaDoor): Scene {
  const { stage, name } = play
  const { repository } = place
  const measures = (says: 'good' | 'bad'): void => stage.metrics.set(name, { value: says === 'good' ? 0.99 : 0.5 })
  let isTold = true
  measures('bad')
  return {
    forge: door,
    slack: stage.slack,
    measures,
    async argoCdHears(hears) {
      isTold = hears
      if (hears) await play.refresh()
    },
    async sights() {
      const seen = stage.observer.newest('Rollout', name, 'web')
      const rollout = seen && viewOf(stage.cluster.images, seen, 0)
      const branches = (await repository.ask('ada', 'GET', '/branches?limit=50')) as { name: string }[]
      const pulls = await place.kedgesPulls()
      return {
        aborted: rollout?.abort === true && rollout.abortedAt !== undefined,
        branches: branches.filter((branch) => branch.name.startsWith('kedge/revert/')).length,
        pulls: pulls.length,
        merged: pulls.some((pull) => pull.merged),
        cards: cardsOf(play).length,
        ...(await stage.kedge().readLedger((ledger) => knownOf(ledger, name))),
      }
    },
    release: () => place.commit('Release web v1.8.0', watchedFiles(play, 'v1.8.0')),
    async pullIsOpen() {
      const { number } = await place.untilPullRequest()
      await play.untilCard(`#${number}`)
    },
    async merge() {
      const [pull] = await place.kedgesPulls()
      if (pull === undefined) throw new Error('there is no pull request')
      const sha = await repository.merge('ada', pull.number)
      play.step(`merge ${sha.slice(0, 8)} of #${pull.number}`)
      if (isTold) await play.refresh()
    },
    async kill() {
      play.step('kill -9')
      await stage.kedge().stop('SIGKILL')
    },
    until: (what, holds) =>
      until(async () => (await holds()) || undefined, { what, timeoutMs: play.stage.cluster.patienceMs, everyMs: 50 }),
  }
}

/** One failure, one pull request, one card, whenever Kedge dies. */
function killedOnGitea(moment: Moment): Scenario {
  return {
    name: giteaNamespaceOf(moment),
    onGitea: true,
    alone: true,
    ownOnly: "its repository is on the bench's Gitea",
    notReplayed: 'a bundle of its repository is not kept',
    async play(play) {
      const { stage } = play
      if (stage.gitea === undefined) throw new Error('there is no Gitea')
      await using door = await openGiteaDoor(stage.gitea.url)
      const token = stage.gitea.tokens['argo-cd']
      await applyRepositoryCredentials(stage.belongings, stage.cluster, { url: door.url, token, name: 'gitea-door' })
      try {
        await stage.restartKedge('SIGTERM', async () => stage.reachGiteaAt(door.url))
        await using place = await openGiteaPlace(play)
        await place.begin(watchedFiles(play, 'v1.7.3'), place.repository.cloneUrl.replace(stage.gitea.url, door.url))
        const scene = sceneOf(play, place, door)
        await killAt(moment, scene)
        await stage.restartKedge('SIGKILL')
        if (!moment.afterMerge) {
          await scene.pullIsOpen()
          await scene.merge()
        }
        await untilRestored(play)
        await play.letPass(2_000)
        assert.equal((await place.kedgesPulls()).length, 1, 'one pull request')
        assert.equal(cardsOf(play).length, 1, `one card; there are ${play.cards().join(' | ')}`)
        await stage.kedge().verifyLedger()
      } finally {
        await stage.restartKedge('SIGTERM', async () => stage.reachGiteaAt(undefined))
      }
    },
  }
}

/** Each third moment is played with all the others; every one by its name, or with `KEDGE_NIGHTLY=1`. */
export const GITEA_KILLED_SCENARIOS: readonly Scenario[] = MOMENTS.map((moment, at) => ({
  ...killedOnGitea(moment),
  ...(at % 3 !== 1 && { nightly: 'three of the nine moments are enough here; KEDGE_NIGHTLY=1 plays all' }),
}))
