import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderPlainManifests } from '../../tools/chart/helm.ts'
import { helm, ofKind, parseObjects, theOne, WITHOUT_HELM } from './render.ts'

const text = readFileSync(new URL('../../deploy/kedge.yaml', import.meta.url), 'utf8')

describe('deploy/kedge.yaml', () => {
  it.runIf(helm)(`is what the chart renders with its default values (npm run chart writes it)${WITHOUT_HELM}`, () => {
    expect(renderPlainManifests(helm!)).toBe(text)
  })

  it('stands for itself: it makes its namespace, and nothing in it is said to be Helm’s', () => {
    const objects = parseObjects(text)
    expect(theOne(objects, 'Namespace').metadata.labels).toEqual({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    expect(text).not.toMatch(/helm\.sh|managed-by/)
    expect(ofKind(objects, 'Pod')).toEqual([])
  })
})
