import type { PullRequest, Repository } from '../../src/simulator/github/forge.ts'
import { until } from '../until.ts'
import { pause } from './control-plane/pause.ts'
import type { Files } from './manifests.ts'
import type { Place, Stage } from './stage.ts'
import { statusText, viewOf, type RolloutView } from './views.ts'

/** A commit that reached the branch, with its time. */
export interface Landed {
  at: number
  sha: string
  message: string
  place: Place
}

export interface CommitChoice {
  /** Default ada. */
  by?: string
  /** Default the GitOps repository. */
  place?: Place
  /** Argo CD is not told of it: it is synced with what comes next. */
  isQuiet?: boolean
}

/** Kedge's own speed in one scenario, milliseconds after the API server told of the failure. */
export interface Latencies {
  notice?: number
  pullRequest?: number
  /** From the merge until N is back. */
  restored?: number
}

export interface ApplicationChoice {
  namespace?: string
  spec?: Record<string, unknown>
}

/** What people do in one scenario, and what they look at. The scenario's name is the namespace, the Application and the folder in Git. */
export interface Play {
  readonly name: string
  readonly stage: Stage
  readonly startedAt: number
  readonly steps: readonly { at: number; what: string }[]
  readonly landed: readonly Landed[]
  readonly latencies: Latencies
  /** Notes a step, for the table and the recording. */
  step(what: string): void
  /** Commits files of the application's folder and tells Argo CD. */
  commit(message: string, files: Files, choice?: CommitChoice): Promise<string>
  createApplication(choice?: ApplicationChoice): Promise<void>
  refresh(): Promise<void>
  /** What a person changes in the Application's spec. */
  patchApplication(spec: Record<string, unknown>): Promise<void>
  metricUrl(): string
  untilRollout(what: string, holds: (rollout: RolloutView) => boolean, choice?: { name?: string; timeoutMs?: number }): Promise<RolloutView>
  untilApplication(sync: string, health: string, timeoutMs?: number): Promise<void>
  /** First commit, Application, Healthy; then time for Kedge to have seen it. */
  begin(files: Files, choice?: ApplicationChoice): Promise<string>
  /** What a person does with kubectl or the page: a patch of the Rollout's status. */
  patchStatus(status: Record<string, unknown>, name?: string): Promise<void>
  /** The Rollout aborted or failed at this time: Kedge's latencies count from here. */
  failedAt(at: number): void
  /** Kedge's open PR for this folder. */
  untilPullRequest(): Promise<PullRequest>
  pullRequests(): Promise<readonly PullRequest[]>
  /** Where a pull request is. */
  placeOf(pull: PullRequest): Place
  /** Merges on the forge, as a person, and tells Argo CD, unless it is not to be told yet. */
  merge(pull: PullRequest, choice?: { isTold: boolean }): Promise<void>
  /** Kedge closes it; nobody merges it. */
  untilClosed(pull: PullRequest): Promise<void>
  /** Text of Kedge's card of the newest release here, once it says what is asked for. */
  untilCard(includes: string, timeoutMs?: number): Promise<string>
  cards(): readonly string[]
  /** Waits for anything else. */
  until(what: string, holds: () => Promise<boolean>): Promise<void>
  /** Lets Kedge have the time in which it must not do something. */
  letPass(ms: number): Promise<void>
  /** Takes Application and namespace away. */
  leave(): Promise<void>
}

export function createPlay(stage: Stage, name: string): Play {
  const { api, belongings, cluster, observer, gitops } = stage
  const { images, patienceMs } = cluster
  const places = [gitops, stage.values]
  const startedAt = Date.now()
  const steps: { at: number; what: string }[] = []
  const landed: Landed[] = []
  const latencies: Latencies = {}
  let applicationNamespace = cluster.argocdNamespace
  let isHydrated = false
  let failure: number | undefined
  /** The first card after the failure was waited for: the later ones tell of other things. */
  let isTold = false
  /** Whether the pull request with this head is ours. */
  const told = new Map<string, Promise<boolean>>()
  const step = (what: string): void => void steps.push({ at: Date.now(), what })

  function land(sha: string, message: string, place: Place): void {
    landed.push({ at: Date.now(), sha, message, place })
    step(`commit ${sha.slice(0, 8)} ${message}`)
  }

  /**
   * A PR belongs here when every file that it changes lies in our folder. Asked once for each head: who waits asks all of them over and
   * over, and the processes of Git would take the machine from what is measured.
   */
  function isOurs(repository: Repository, pull: PullRequest): Promise<boolean> {
    const known = told.get(pull.headSha)
    if (known !== undefined) return known
    const answer = readOurs(repository, pull)
    told.set(pull.headSha, answer)
    return answer
  }

  async function readOurs({ git }: Repository, pull: PullRequest): Promise<boolean> {
    const from = await git.mergeBase(pull.headSha, `refs/heads/${pull.base}`)
    const parent = await git.resolve(`${pull.headSha}^`)
    const files = await git.changedFiles(parent ?? from ?? '', pull.headSha)
    return files.length > 0 && files.every(({ path }) => path.startsWith(`${name}/`))
  }

  const play: Play = {
    name,
    stage,
    startedAt,
    steps,
    landed,
    latencies,
    step,
    metricUrl: () => stage.metrics.urlOf(name),
    async commit(message, files, { by = 'ada', place = gitops, isQuiet = false } = {}) {
      const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, images.actual(text)]))
      const sha = await place.people.commit(by, { message, files: inFolder, branch: place.branch })
      land(sha, message, place)
      if (!isQuiet) await play.refresh()
      return sha
    },
    async createApplication(choice = {}) {
      applicationNamespace = choice.namespace ?? cluster.argocdNamespace
      isHydrated = choice.spec?.['sourceHydrator'] !== undefined
      const source = { repoURL: gitops.cloneUrl, path: name, targetRevision: 'main' }
      const destination = { server: cluster.destination, namespace: name }
      for (const needed of [name, ...(choice.namespace === undefined ? [] : [choice.namespace])]) {
        await belongings.put('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: needed } })
      }
      await belongings.put(`/apis/argoproj.io/v1alpha1/namespaces/${applicationNamespace}/applications`, {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name },
        spec: {
          project: 'default',
          destination,
          syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
          ...(choice.spec ?? { source }),
        },
      })
    },
    async refresh() {
      const path = `/apis/argoproj.io/v1alpha1/namespaces/${applicationNamespace}/applications/${name}`
      // Before the Application exists there is nobody to tell.
      const told = { 'argocd.argoproj.io/refresh': 'normal', ...(isHydrated && { 'argocd.argoproj.io/hydrate': 'normal' }) }
      await api.patch(path, { metadata: { annotations: told } }).catch(() => undefined)
    },
    async patchApplication(spec) {
      await api.patch(`/apis/argoproj.io/v1alpha1/namespaces/${applicationNamespace}/applications/${name}`, { spec })
    },
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
      const which = { kind: 'Application', namespace: applicationNamespace, name }
      await observer.until(which, (seen) => statusText(seen, 'sync') === sync && statusText(seen, 'health') === health, { what, timeoutMs })
      step(`reached: ${what}`)
    },
    async begin(files, choice) {
      const sha = await play.commit('web v1.7.3', files)
      await play.createApplication(choice)
      await play.untilRollout('v1.7.3 Healthy', (rollout) => rollout.phase === 'Healthy' && rollout.isObserved)
      await play.untilApplication('Synced', 'Healthy')
      await play.letPass(1_500)
      return sha
    },
    async patchStatus(status, rollout = 'web') {
      step(`patch rollouts/${rollout}/status ${JSON.stringify(status)}`)
      await api.patch(`/apis/argoproj.io/v1alpha1/namespaces/${name}/rollouts/${rollout}/status`, { status })
    },
    failedAt(at) {
      failure ??= at
    },
    async untilPullRequest() {
      step('waiting: a pull request of Kedge')
      const pull = await until(async () => (await play.pullRequests()).find(({ state }) => state === 'open'), {
        timeoutMs: patienceMs,
        everyMs: 20,
        what: `an open pull request for ${name}; cards: ${play.cards().join(' | ')}`,
      })
      if (failure !== undefined) latencies.pullRequest ??= pull.createdAt - failure
      step(`pull request #${pull.number} ${pull.title}`)
      // Argo CD's own API renders what no other renderer reads.
      if (cluster.own !== undefined && !pull.body.includes('Proven by rendering'))
        throw new Error(`#${pull.number} is not proven by rendering: ${/Proven by .*/.exec(pull.body)?.[0] ?? pull.body}`)
      return pull
    },
    async pullRequests() {
      const found = places.flatMap(({ repository }) => [...repository.pulls.values()].map((pull) => ({ repository, pull })))
      const kedges = found.filter(({ pull }) => pull.author === 'kedge[bot]')
      const ours = await Promise.all(kedges.map(({ repository, pull }) => isOurs(repository, pull)))
      return kedges.filter((_, index) => ours[index]).map(({ pull }) => pull)
    },
    placeOf: (pull) => places.find(({ repository }) => repository.pulls.get(pull.number) === pull) ?? gitops,
    async merge(pull, { isTold } = { isTold: true }) {
      const place = play.placeOf(pull)
      const sha = await place.people.merge('ada', pull.number)
      land(sha, `Merge #${pull.number}`, place)
      if (isTold) await play.refresh()
    },
    async untilClosed(pull) {
      step(`waiting: #${pull.number} closed`)
      await until(() => pull.state === 'closed' || undefined, { timeoutMs: patienceMs, everyMs: 20, what: `#${pull.number} closed` })
      if (pull.merged) throw new Error(`#${pull.number} was merged`)
    },
    async untilCard(includes, timeoutMs = patienceMs) {
      step(`waiting: a card that says "${includes}"`)
      // One that is there already tells of something else: it is no measure.
      const isNew = !play.cards().some((text) => text.includes(includes))
      const card = await until(() => play.cards().find((text) => text.includes(includes)), {
        timeoutMs,
        everyMs: 20,
        what: `a card for ${name} that says "${includes}"; cards: ${play.cards().join(' | ')}`,
      })
      if (failure !== undefined && !isTold) {
        isTold = true
        if (isNew) latencies.notice = Date.now() - failure
      }
      return card
    },
    cards: () =>
      stage.slack.messages
        .map((message) => images.meant(JSON.stringify([message.text, message.blocks, message.attachments])))
        .filter((text) => text.includes(`${name}/`)),
    async until(what, holds) {
      step(`waiting: ${what}`)
      await until(async () => (await holds()) || undefined, { timeoutMs: patienceMs, everyMs: 100, what })
      step(`reached: ${what}`)
    },
    letPass: (ms) => pause(ms),
    async leave() {
      await belongings.remove(`/apis/argoproj.io/v1alpha1/namespaces/${applicationNamespace}/applications`, name)
      await belongings.remove('/api/v1/namespaces', name)
    },
  }
  return play
}
