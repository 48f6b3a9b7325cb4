import type { PullRequest, Repository } from '../../src/simulator/github/forge.ts'
import { until } from '../until.ts'
import { pause } from './control-plane/pause.ts'
import type { Play } from './play.ts'
import type { Script } from './script.ts'
import { statusText, viewOf } from './views.ts'

/** What of the cluster is waited for. */
export function clusterSights(script: Script): Pick<Play, 'untilRollout' | 'untilApplication' | 'until' | 'letPass'> {
  const { stage, name, step } = script
  const { observer } = stage
  const { images, patienceMs } = stage.cluster
  return {
    async untilRollout(what, holds, choice = {}) {
      step(`waiting: ${what}`)
      const which = { kind: 'Rollout', namespace: name, name: choice.name ?? 'web' }
      const { at, object } = await observer.until(which, (seen) => holds(viewOf(images, seen, 0)), {
        what,
        timeoutMs: choice.timeoutMs ?? patienceMs,
      })
      step(`reached: ${what}`)
      return viewOf(images, object, at)
    },
    async untilApplication(sync, health, timeoutMs = patienceMs) {
      const what = `${sync} and ${health}`
      step(`waiting: ${what}`)
      const which = { kind: 'Application', namespace: script.application.namespace, name }
      await observer.until(which, (seen) => statusText(seen, 'sync') === sync && statusText(seen, 'health') === health, { what, timeoutMs })
      step(`reached: ${what}`)
    },
    async until(what, holds) {
      step(`waiting: ${what}`)
      await until(async () => (await holds()) || undefined, { timeoutMs: patienceMs, everyMs: 100, what })
      step(`reached: ${what}`)
    },
    letPass: (ms) => pause(ms),
  }
}

/** Kedge's cards of what is played here. */
export function cardSights(script: Script): Pick<Play, 'untilCard' | 'cards'> {
  const { stage, name, step, latencies } = script
  const { images, patienceMs } = stage.cluster
  /** The first card after the failure was waited for: the later ones tell of other things. */
  let isTold = false
  const cards = (): readonly string[] =>
    stage.slack.messages
      .map((message) => images.meant(JSON.stringify([message.text, message.blocks, message.attachments])))
      .filter((text) => text.includes(`${name}/`))
  return {
    cards,
    async untilCard(includes, timeoutMs = patienceMs) {
      step(`waiting: a card that says "${includes}"`)
      // One that is there already tells of something else: it is no measure.
      const isNew = !cards().some((text) => text.includes(includes))
      const card = await until(() => cards().find((text) => text.includes(includes)), {
        timeoutMs,
        everyMs: 20,
        what: `a card for ${name} that says "${includes}"; cards: ${cards().join(' | ')}`,
      })
      if (script.failure !== undefined && !isTold) {
        isTold = true
        if (isNew) latencies.notice = Date.now() - script.failure
      }
      return card
    },
  }
}

/**
 * How long a person takes to act on a new pull request. A failure has to settle in the recording, too, and what records may hear of it
 * later than Kedge does: who acted at once would have a replay see less than Kedge saw.
 */
const PERSON_MS = 2_000

type PullRequestSights = Pick<Play, 'untilPullRequest' | 'pullRequests' | 'placeOf' | 'untilClosed'>

/** Kedge's pull requests for the scenario's folder. */
export function pullRequestSights(script: Script, { cards }: Pick<Play, 'cards'>): PullRequestSights {
  const { stage, name, step, latencies } = script
  const { patienceMs, own } = stage.cluster
  const places = [stage.gitops, stage.values]
  const isOurs = askedOnce((repository: Repository, pull: PullRequest) => liesIn(name, repository, pull))
  const read = new Set<PullRequest>()
  const sights: PullRequestSights = {
    async untilPullRequest() {
      step('waiting: a pull request of Kedge')
      const pull = await until(async () => (await sights.pullRequests()).find(({ state }) => state === 'open'), {
        timeoutMs: patienceMs,
        everyMs: 20,
        what: `an open pull request for ${name}; cards: ${cards().join(' | ')}`,
      })
      if (script.failure !== undefined) latencies.pullRequest ??= pull.createdAt - script.failure
      step(`pull request #${pull.number} ${pull.title}`)
      // Argo CD's own API renders what no other renderer reads.
      if (own !== undefined && !pull.body.includes('Proven by rendering'))
        throw new Error(`#${pull.number} is not proven by rendering: ${/Proven by .*/.exec(pull.body)?.[0] ?? pull.body}`)
      if (!read.has(pull)) await pause(PERSON_MS)
      read.add(pull)
      return pull
    },
    async pullRequests() {
      const found = places.flatMap(({ repository }) => [...repository.pulls.values()].map((pull) => ({ repository, pull })))
      const kedges = found.filter(({ pull }) => pull.author === 'kedge[bot]')
      const ours = await Promise.all(kedges.map(({ repository, pull }) => isOurs(repository, pull)))
      return kedges.filter((_, index) => ours[index]).map(({ pull }) => pull)
    },
    placeOf: (pull) => places.find(({ repository }) => repository.pulls.get(pull.number) === pull) ?? stage.gitops,
    async untilClosed(pull) {
      step(`waiting: #${pull.number} closed`)
      await until(() => pull.state === 'closed' || undefined, { timeoutMs: patienceMs, everyMs: 20, what: `#${pull.number} closed` })
      if (pull.merged) throw new Error(`#${pull.number} was merged`)
    },
  }
  return sights
}

/**
 * Asks once for each head: who waits asks all of them over and over, and the processes of Git would take the machine from what is
 * measured.
 */
function askedOnce(ask: (repository: Repository, pull: PullRequest) => Promise<boolean>): typeof ask {
  const told = new Map<string, Promise<boolean>>()
  return (repository, pull) => {
    const known = told.get(pull.headSha)
    if (known !== undefined) return known
    const answer = ask(repository, pull)
    told.set(pull.headSha, answer)
    return answer
  }
}

/** Whether every file that it changes lies in this folder. */
async function liesIn(folder: string, { git }: Repository, pull: PullRequest): Promise<boolean> {
  const from = await git.mergeBase(pull.headSha, `refs/heads/${pull.base}`)
  const parent = await git.resolve(`${pull.headSha}^`)
  const files = await git.changedFiles(parent ?? from ?? '', pull.headSha)
  return files.length > 0 && files.every(({ path }) => path.startsWith(`${folder}/`))
}
