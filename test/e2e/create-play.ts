import { cardSights, clusterSights, pullRequestSights } from './play-sights.ts'
import type { Play } from './play.ts'
import { applicationsOf, createScript, type Script } from './script.ts'

/** One scenario on the stage, under a name of its own. */
export function createPlay(stage: Play['stage'], name: string): Play {
  const script = createScript(stage, name)
  const cards = cardSights(script)
  const pulls = pullRequestSights(script, cards)
  const application = applicationDeeds(script)
  const play: Play = {
    name,
    stage,
    startedAt: Date.now(),
    steps: script.steps,
    landed: script.landed,
    latencies: script.latencies,
    step: script.step,
    metricUrl: () => stage.metrics.urlOf(name),
    ...clusterSights(script),
    ...cards,
    ...pulls,
    ...application,
    ...repositoryDeeds(script, { ...application, ...pulls }),
    async begin(files, choice) {
      const sha = await play.commit('web v1.7.3', files)
      await play.createApplication(choice)
      await play.untilRollout('v1.7.3 Healthy', (rollout) => rollout.phase === 'Healthy' && rollout.isObserved)
      await play.untilApplication('Synced', 'Healthy')
      await play.letPass(1_500)
      return sha
    },
    async patchStatus(status, rollout = 'web') {
      script.step(`patch rollouts/${rollout}/status ${JSON.stringify(status)}`)
      await stage.api.patch(`/apis/argoproj.io/v1alpha1/namespaces/${name}/rollouts/${rollout}/status`, { status })
    },
    failedAt(at) {
      script.failure ??= at
    },
    async leave() {
      await stage.belongings.remove(applicationsOf(script), name)
      await stage.belongings.remove('/api/v1/namespaces', name)
    },
  }
  return play
}

/** What people do to the Application. */
function applicationDeeds(script: Script): Pick<Play, 'createApplication' | 'refresh' | 'patchApplication'> {
  const { name, application } = script
  const { api, belongings, cluster, gitops } = script.stage
  const path = (): string => `${applicationsOf(script)}/${name}`
  return {
    async createApplication(choice = {}) {
      application.namespace = choice.namespace ?? cluster.argocdNamespace
      application.isHydrated = choice.spec?.['sourceHydrator'] !== undefined
      const source = { repoURL: gitops.cloneUrl, path: name, targetRevision: 'main' }
      const destination = { server: cluster.destination, namespace: name }
      for (const needed of [name, ...(choice.namespace === undefined ? [] : [choice.namespace])]) {
        await belongings.put('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: needed } })
      }
      await belongings.put(applicationsOf(script), {
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
      // Before the Application exists there is nobody to tell.
      const told = { 'argocd.argoproj.io/refresh': 'normal', ...(application.isHydrated && { 'argocd.argoproj.io/hydrate': 'normal' }) }
      await api.patch(path(), { metadata: { annotations: told } }).catch(() => undefined)
    },
    async patchApplication(spec) {
      await api.patch(path(), { spec })
    },
  }
}

/** What people do in the repositories. */
function repositoryDeeds(
  { name, stage, land }: Script,
  { refresh, placeOf }: Pick<Play, 'refresh' | 'placeOf'>,
): Pick<Play, 'commit' | 'merge'> {
  const { images } = stage.cluster
  return {
    async commit(message, files, { by = 'ada', place = stage.gitops, isQuiet = false } = {}) {
      const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, images.actual(text)]))
      const sha = await place.people.commit(by, { message, files: inFolder, branch: place.branch })
      land(sha, message, place)
      if (!isQuiet) await refresh()
      return sha
    },
    async merge(pull, { isTold } = { isTold: true }) {
      const place = placeOf(pull)
      const sha = await place.people.merge('ada', pull.number)
      land(sha, `Merge #${pull.number}`, place)
      if (isTold) await refresh()
    },
  }
}
