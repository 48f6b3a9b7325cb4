import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { until } from '../control-plane/until.ts'
import type { Play } from '../play.ts'
import { canaryFiles, mergeAndRestore, releaseThatFails, type Scenario } from '../scenario.ts'

const LUA = new URL('../../../lua-health/argoproj.io/', import.meta.url)

/** The health checks of lua-health in Argo CD itself, read back from its API in each state. */
const healthLua: Scenario = {
  name: 'health-lua',
  ownOnly: "it changes argocd-cm, and asks Argo CD's API without signing in",
  async play(play) {
    await setHealthChecks(play, true)
    try {
      await play.begin(canaryFiles(play, 'v1.7.3'))
      assert.equal((await healthOf(play, 'Healthy')).status, 'Healthy')
      await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
      // Before that it says, truly, that the pods are still going back.
      await healthOf(play, 'Degraded', /^Aborted: stable \w+ serves; Git still wants \w+ — RolloutAborted/)
      await play.untilCard('v1.8.0')
      await mergeAndRestore(play)
      assert.equal((await healthOf(play, 'Healthy')).status, 'Healthy')
    } finally {
      await setHealthChecks(play, false)
    }
  },
}

/** As `kedge argocd-cm` prints them. */
async function setHealthChecks({ stage }: Play, on: boolean): Promise<void> {
  const keys = ['Rollout', 'AnalysisRun', 'Experiment'].map((kind): [string, string | null] => [
    `resource.customizations.health.argoproj.io_${kind}`,
    on ? readFileSync(new URL(`${kind}/health.lua`, LUA), 'utf8') : null,
  ])
  await stage.api.patch(`/api/v1/namespaces/${stage.cluster.argocdNamespace}/configmaps/argocd-cm`, { data: Object.fromEntries(keys) })
}

interface Node {
  kind: string
  name: string
  health?: { status: string; message?: string }
}

/** What Argo CD's resource tree says of the Rollout, once it has this status and says this. */
function healthOf(play: Play, status: string, says = /^/): Promise<{ status: string; message?: string }> {
  const url = `${play.stage.cluster.own?.argocdUrl ?? ''}/api/v1/applications/${play.name}/resource-tree`
  return until(
    async () => {
      const { nodes = [] } = (await (await fetch(url)).json()) as { nodes?: Node[] }
      const health = nodes.find(({ kind }) => kind === 'Rollout')?.health
      return health?.status === status && says.test(health.message ?? '') ? health : undefined
    },
    { timeoutMs: 30_000, what: `${status} in Argo CD's resource tree` },
  )
}

/** Kedge reads five kinds, and nothing else, and writes nothing at all. */
const accountRights: Scenario = {
  name: 'account-rights',
  async play({ stage }) {
    const may = async (verb: string, resource: string, group = ''): Promise<boolean> => {
      const review = await stage.api.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: `system:serviceaccount:${stage.cluster.kedgeNamespace}:kedge`, resourceAttributes: { verb, resource, group } },
      })
      return (review['status'] as { allowed: boolean }).allowed
    }
    const read = ['rollouts', 'analysisruns', 'experiments', 'applications']
    for (const resource of read) assert.ok(await may('watch', resource, 'argoproj.io'), `watch ${resource}`)
    assert.ok(await may('watch', 'replicasets', 'apps'))
    for (const verb of ['create', 'update', 'patch', 'delete']) {
      for (const resource of read) assert.equal(await may(verb, resource, 'argoproj.io'), false, `${verb} ${resource}`)
    }
    for (const resource of ['secrets', 'configmaps', 'pods', 'events']) assert.equal(await may('get', resource), false, `get ${resource}`)
  },
}

export const SURFACE_SCENARIOS: readonly Scenario[] = [healthLua, accountRights]
