import { below, configMap, kustomization, type Files } from '../layout.ts'

/** A base that overlays stand on, with a file that it does not name. */
export const BASE = below('apps/base', {
  'kustomization.yaml': kustomization(['a.yaml']),
  'a.yaml': configMap('a'),
  'unused.yaml': configMap('u'),
})

/** A patch of the map that lies in every kustomization here. */
export const PATCH = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {patched: "yes"}\n`

/** A kustomization in `apps/web` of this text, with one map and these files. */
export function web(text: Files[string], files: Files = {}): Files {
  return below('apps/web', { 'kustomization.yaml': text, 'a.yaml': configMap('a'), ...files })
}
