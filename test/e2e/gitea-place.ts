import { until } from '../until.ts'
import { createGiteaRepository, type GiteaCommit, type GiteaPull, type GiteaRepository } from './gitea-repository.ts'
import type { Files } from './manifests.ts'
import type { Play } from './play.ts'
import { webhookSecret } from './stage.ts'

/** What people do in a scenario whose repository is on the bench's Gitea. The scenario's name is that of the repository, too. */
export interface GiteaPlace extends AsyncDisposable {
  repository: GiteaRepository
  /** Commits files of the application's folder as ada, and tells Argo CD. */
  commit(message: string, files: Files, author?: GiteaCommit['author']): Promise<string>
  /** Waits until Gitea shows this status of a commit. */
  untilStatus(commit: string, context: string, state: string): Promise<void>
  /** First commit, Application, Healthy; then time for Kedge to have seen it. `cloneUrl`: where Argo CD and Kedge reach the repository. */
  begin(files: Files, cloneUrl?: string): Promise<void>
  kedgesPulls(): Promise<readonly GiteaPull[]>
  untilPullRequest(): Promise<GiteaPull>
  /** Merges as ada, and tells Argo CD. */
  merge(pull: GiteaPull): Promise<void>
  /** Kedge deletes the branch of what has ended. */
  untilBranchIsGone(pull: GiteaPull): Promise<void>
  /** Deliveries of Gitea's webhooks that Kedge has taken so far. */
  hintsTaken(): Promise<number>
}

/** A new repository, whose webhook tells Kedge. */
export async function openGiteaPlace(play: Play): Promise<GiteaPlace> {
  const { stage, name } = play
  const { patienceMs } = stage.cluster
  if (stage.gitea === undefined) throw new Error('there is no Gitea')
  const repository = await createGiteaRepository(stage.gitea, name)
  const url = `${stage.kedge().webhooksUrl}/webhooks/gitea`
  const config = { url, content_type: 'json', secret: webhookSecret() }
  await repository.ask('admin', 'POST', '/hooks', { type: 'gitea', active: true, events: ['push', 'delete', 'pull_request'], config })

  const place: GiteaPlace = {
    repository,
    async commit(message, files, author) {
      const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]))
      const sha = await repository.commit('ada', { branch: 'main', message, files: inFolder, ...(author && { author }) })
      play.step(`commit ${sha.slice(0, 8)} ${message}`)
      await play.refresh()
      return sha
    },
    async begin(files, cloneUrl = repository.cloneUrl) {
      await place.commit('web v1.7.3', files)
      await play.createApplication({ spec: { source: { repoURL: cloneUrl, path: name, targetRevision: 'main' } } })
      await play.untilRollout('v1.7.3 Healthy', (rollout) => rollout.phase === 'Healthy' && rollout.isObserved)
      await play.untilApplication('Synced', 'Healthy')
      await play.letPass(1_500)
    },
    kedgesPulls: async () => (await repository.pulls()).filter(({ head }) => head.label.startsWith('kedge/revert/')),
    async untilPullRequest() {
      play.step('waiting: a pull request of Kedge')
      const pull = await until(async () => (await place.kedgesPulls()).find(({ state }) => state === 'open'), {
        timeoutMs: patienceMs,
        what: `an open pull request for ${name}; cards: ${play.cards().join(' | ')}`,
      })
      play.step(`pull request #${pull.number} ${pull.title}`)
      return pull
    },
    async merge({ number }) {
      const sha = await repository.merge('ada', number)
      play.step(`merge ${sha.slice(0, 8)} of #${number}`)
      await play.refresh()
    },
    async untilStatus(commit, context, state) {
      const seen = (): Promise<string | undefined> => repository.statusOf('ada', commit, context)
      await until(async () => (await seen()) === state || undefined, {
        timeoutMs: patienceMs,
        what: `${context} of ${commit.slice(0, 8)} is ${state}`,
      })
      play.step(`${context} of ${commit.slice(0, 8)} is ${state}`)
    },
    async untilBranchIsGone({ head }) {
      const isThere = async (): Promise<boolean> =>
        ((await repository.ask('ada', 'GET', '/branches?limit=50')) as { name: string }[]).some((branch) => branch.name === head.label)
      await until(async () => !(await isThere()) || undefined, { timeoutMs: patienceMs, what: `${head.label} gone` })
    },
    hintsTaken: () => hintsAt(stage.kedge().apiUrl),
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  }
  return place
}

/** What the metrics of a Kedge say of them. */
async function hintsAt(apiUrl: string): Promise<number> {
  const metrics = await (await fetch(`${apiUrl}/metrics`)).text()
  const taken = metrics.matchAll(/^kedge_webhook_deliveries_total\{source="gitea",result="accepted"\} (\d+)/gm)
  return [...taken].reduce((sum, [, count]) => sum + Number(count), 0)
}
