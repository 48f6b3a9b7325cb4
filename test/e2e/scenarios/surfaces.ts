import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'

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

export const SURFACE_SCENARIOS: readonly Scenario[] = [accountRights]
