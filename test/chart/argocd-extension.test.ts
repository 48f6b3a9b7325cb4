import { describe, expect, it } from 'vitest'
import { makeExtension } from '../../tools/argocd-extension/bundle.ts'
import { helm, ofKind, render, WITHOUT_HELM } from './render.ts'

const NAME = 'kedge-argocd-extension'

describe.runIf(helm)(`the extension of Argo CD's pages, in the chart${WITHOUT_HELM}`, () => {
  it('is not there unless it is asked for', () => {
    expect(ofKind(render(''), 'ConfigMap').map(({ metadata }) => metadata.name)).not.toContain(NAME)
  })

  it('is a ConfigMap beside Argo CD, byte for byte the script that was made', async () => {
    const objects = render('argocd: { namespace: openshift-gitops, extension: { enabled: true } }')
    const found = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === NAME)
    expect(found.metadata.namespace).toBe('openshift-gitops')
    expect(found.data).toEqual({ 'extension-kedge.js': await makeExtension() })
  })

  it('is refused without the namespace of Argo CD', () => {
    expect(() => render('argocd: { namespace: "", extension: { enabled: true } }')).toThrow(
      'argocd.extension.enabled needs argocd.namespace',
    )
  })
})
