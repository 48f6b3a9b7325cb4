import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLiveTemplate } from '../../../src/adapters/kubernetes/snapshots/live-template.ts'
import { hashTemplate } from '../../../src/domain/rollout/hashed-template.ts'
import { matchTemplate, type LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

const FOLDERS = ['recordings', 'e2e/recordings'].map((folder) => join(import.meta.dirname, '../..', folder))

interface Kube {
  kind: string
  metadata: {
    name: string
    uid: string
    generation: number
    labels?: Record<string, string>
    ownerReferences?: { kind: string; uid: string }[]
  }
  spec: { template?: object }
  status?: { observedGeneration?: string; currentPodHash?: string }
}

/** What the controller says of each Rollout that it has seen as it is: its template is that of one ReplicaSet and of no other. */
function* pairs(folder: string): Generator<{ where: string; template: object; live: LiveTemplate; isIts: boolean }> {
  for (const scenario of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const sets = new Map<string, { owner: string; hash: string; live: LiveTemplate }>()
    for (const line of readFileSync(join(folder, scenario.name, 'events.jsonl'), 'utf8').split('\n')) {
      if (line === '') continue
      const { object } = JSON.parse(line) as { object: Kube }
      const { metadata, spec, status } = object
      const owner = metadata.ownerReferences?.[0]
      const live = object.kind === 'ReplicaSet' && owner?.kind === 'Rollout' ? readLiveTemplate(object, metadata.uid) : undefined
      if (live && owner) sets.set(metadata.uid, { owner: owner.uid, hash: metadata.labels?.['rollouts-pod-template-hash'] ?? '', live })
      const isSeen = status?.observedGeneration === String(metadata.generation) && status.currentPodHash !== undefined
      if (object.kind !== 'Rollout' || !isSeen || spec.template === undefined) continue
      for (const set of sets.values()) {
        if (set.owner !== metadata.uid) continue
        const where = `${scenario.name}/${metadata.name} generation ${metadata.generation} and ${set.hash}`
        yield { where, template: spec.template, live: set.live, isIts: set.hash === status.currentPodHash }
      }
    }
  }
}

const hash = (text: string): string => `~${createHmac('sha256', 'key').update(text).digest('hex').slice(0, 16)}`

// Also of what Helm and Kustomize rendered: a Rollout in the cluster holds its template as it was applied.
describe.each(FOLDERS)('the Rollouts of %s', (folder) => {
  test('have the template of the ReplicaSet that the controller names, and of no other; so do they with their values hashed', () => {
    const all = [...pairs(folder)]
    const wrong = all.filter(({ template, live, isIts }) => (matchTemplate(new Sealed(template), live).result === 'equal') !== isIts)
    expect(wrong.map(({ where }) => where)).toEqual([])
    const hashed = all.filter(({ template, live }) => {
      const hidden = { ...live, template: new Sealed(hashTemplate(live.template.open(), hash)) }
      const match = matchTemplate(new Sealed(hashTemplate(template, hash)), hidden)
      return JSON.stringify(match) !== JSON.stringify(matchTemplate(new Sealed(template), live))
    })
    expect(hashed.map(({ where }) => where)).toEqual([])
    expect(all.filter(({ isIts }) => isIts).length).toBeGreaterThan(100)
    expect(all.filter(({ isIts }) => !isIts).length).toBeGreaterThan(100)
  })
})
