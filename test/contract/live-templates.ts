import { describe, expect, test } from 'vitest'
import type { LiveTemplates } from '../../src/ports/live-templates.ts'

/** A view under test, with a way to change what it shows. */
export interface TemplatesCase extends AsyncDisposable {
  view: LiveTemplates
  put(object: object): Promise<void>
  remove(object: object): Promise<void>
}

function replicaSet(image: string, uid = 'u-1', annotations?: Record<string, string>): Record<string, unknown> {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      namespace: 'shop',
      name: 'web-1',
      uid,
      labels: { 'rollouts-pod-template-hash': 'abc' },
      ...(annotations && { annotations }),
      ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: 'uid-web', controller: true }],
    },
    spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
  }
}

/** What every LiveTemplates must do. */
export function describeLiveTemplates(name: string, start: () => Promise<TemplatesCase>): void {
  describe(`the pod templates of ${name}`, () => {
    const asked = { namespace: 'shop', name: 'web-1', uid: 'u-1' }

    test('are those of the ReplicaSets that are there now', async () => {
      await using subject = await start()
      expect(await subject.view.template(asked)).toBeUndefined()
      await subject.put(replicaSet('web:1', 'u-1', { 'rollout.argoproj.io/ephemeral-metadata': '{}' }))
      const found = await subject.view.template(asked)
      expect(found?.template.open()).toEqual({ spec: { containers: [{ name: 'main', image: 'web:1' }] } })
      expect(found?.ephemeralMetadata).toBe('{}')
      await subject.put(replicaSet('web:2'))
      expect((await subject.view.template(asked))?.template.open()).toMatchObject({ spec: { containers: [{ image: 'web:2' }] } })
      await subject.remove(replicaSet('web:2'))
      expect(await subject.view.template(asked)).toBeUndefined()
    })

    test('are not those of another that has the name', async () => {
      await using subject = await start()
      await subject.put(replicaSet('web:1', 'u-2'))
      expect(await subject.view.template(asked)).toBeUndefined()
    })
  })
}
