import { below, configMap, kustomization, type Layout } from '../layout.ts'
import { BASE, PATCH, web } from './web.ts'

/** Components, and what only the Application or its own file names. */
export const KUSTOMIZE_COMPONENT_LAYOUTS: readonly Layout[] = [
  {
    name: 'components',
    files: {
      ...BASE,
      ...web(kustomization(['../base'], 'components: [../../parts/canary]\n')),
      ...below('parts/canary', {
        'kustomization.yaml': kustomization(['c.yaml'], 'patches: [{path: p.yaml}]\n', 'Component'),
        'c.yaml': configMap('c'),
        'p.yaml': PATCH,
        'x.yaml': PATCH,
      }),
      'parts/other/kustomization.yaml': kustomization([], '', 'Component'),
    },
  },
  {
    name: 'a component of a component',
    files: {
      ...web(kustomization(['a.yaml'], 'components: [../../parts/one]\n')),
      'parts/one/kustomization.yaml': kustomization([], 'components: [../two]\n', 'Component'),
      'parts/two/kustomization.yaml': kustomization(['t.yaml'], '', 'Component'),
      'parts/two/t.yaml': configMap('t'),
      'parts/three/kustomization.yaml': kustomization([], '', 'Component'),
    },
  },
  {
    name: 'a component that only the Application names',
    files: {
      ...web(kustomization(['a.yaml'])),
      'apps/parts/kustomization.yaml': kustomization(['t.yaml'], '', 'Component'),
      'apps/parts/t.yaml': configMap('t'),
    },
    source: { kustomize: { components: ['../parts'] } },
  },
  {
    name: 'a component that is missing and may be',
    files: web(kustomization(['a.yaml'])),
    source: { kustomize: { components: ['../none'], ignoreMissingComponents: true } },
  },
  {
    name: 'a patch that only the Application names',
    files: web(kustomization(['a.yaml']), { 'late.yaml': PATCH, 'later.yaml': PATCH }),
    source: { kustomize: { patches: [{ path: 'late.yaml' }] } },
  },
  {
    name: 'images in the Application',
    files: web(kustomization(['a.yaml']), { 'x.yaml': PATCH }),
    source: { kustomize: { images: ['web=web:v2'], namePrefix: 'x-' } },
  },
  {
    name: 'images in its own file',
    files: web(kustomization(['a.yaml']), {
      '.argocd-source-shop.yaml': 'kustomize: {images: ["web=web:v2"]}\n',
      '.argocd-source-cart.yaml': 'kustomize: {images: ["web=web:v3"]}\n',
    }),
  },
  {
    name: 'a component in its own file',
    files: {
      ...web(kustomization(['a.yaml']), { '.argocd-source.yaml': 'kustomize: {components: [../parts]}\n' }),
      'apps/parts/kustomization.yaml': kustomization(['t.yaml'], '', 'Component'),
      'apps/parts/t.yaml': configMap('t'),
    },
  },
]
