import { below, chart, configMap, kustomization, template, webChart, type Layout } from '../layout.ts'
import { web } from './web.ts'

const PATCH = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {p: q}\n'
const LIB = below('libs/lib', { 'Chart.yaml': chart('lib'), 'templates/l.yaml': configMap('lib'), 'values.yaml': 'x: 1\n' })
const OTHER_LIB = below('libs/other', { 'Chart.yaml': chart('lib'), 'templates/o.yaml': configMap('other'), 'values.yaml': 'x: 1\n' })
const K = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'

/** Kustomizations whose fields Go's decoder knows all the same: in another case, and by merges. */
export const KUSTOMIZE_GO_LAYOUTS: readonly Layout[] = [
  { name: 'resources in another case', files: web(`${K}Resources: [a.yaml]\n`) },
  {
    name: 'resources in another case, in a base',
    files: {
      ...web(`${K}resources: [a.yaml, ../base]\n`),
      ...below('apps/base', { 'kustomization.yaml': 'Resources: [b.yaml]\n', 'b.yaml': configMap('b') }),
    },
  },
  {
    name: 'a generator in another case',
    files: web(`${K}resources: [a.yaml]\nconfigmapGenerator: [{name: m, files: [f.txt]}]\n`, { 'f.txt': 'x\n' }),
  },
  {
    name: 'the files of a generator in another case',
    files: web(`${K}resources: [a.yaml]\nconfigMapGenerator: [{name: m, Files: [f.txt]}]\n`, { 'f.txt': 'x\n' }),
  },
  {
    name: 'one field twice, of which the last by name is read',
    files: web(
      `${K}resources: [a.yaml]\nconfigmapGenerator: [{name: m, files: [f.txt]}]\nconfigMapGenerator: [{name: m, files: [g.txt]}]\n`,
      {
        'f.txt': 'x\n',
        'g.txt': 'x\n',
      },
    ),
  },
  { name: 'the path of a patch in another case', files: web(`${K}resources: [a.yaml]\npatches: [{Path: p.yaml}]\n`, { 'p.yaml': PATCH }) },
  {
    name: 'the path of a transformer in another case',
    files: web(`${K}resources: [a.yaml]\ntransformers: [t.yaml]\n`, {
      't.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\nPath: p.yaml\n',
      'p.yaml': PATCH,
    }),
  },
  {
    name: 'Helm charts in another case',
    buildOptions: '--enable-helm',
    files: web(`${K}HelmCharts: [{Name: c, releaseName: r, ValuesFile: v.yaml}]\n`, {
      ...below('charts/c', { 'Chart.yaml': chart('c'), 'values.yaml': 'x: 1\n', 'templates/t.yaml': template('.Values') }),
      'v.yaml': 'x: 2\n',
    }),
  },
  {
    name: 'a generator that a merge brings',
    files: web(`${K}resources: [a.yaml]\nconfigMapGenerator:\n- &x {name: m, files: [f.txt]}\n- {<<: *x, name: o}\n`, { 'f.txt': 'x\n' }),
  },
  {
    name: 'a merge that wins over what stands before it',
    files: web(`${kustomization(['a.yaml'])}configMapGenerator:\n- &x {name: m, files: [f.txt]}\n- {files: [g.txt], <<: *x, name: o}\n`, {
      'f.txt': 'x\n',
      'g.txt': 'x\n',
    }),
  },
]

/** The same of charts. */
export const HELM_GO_LAYOUTS: readonly Layout[] = [
  {
    name: 'dependencies in another case',
    files: { ...LIB, ...webChart({}, 'Dependencies: [{name: lib, version: 0.1.0, repository: "file://../../libs/lib"}]\n') },
  },
  {
    name: 'the repository of a dependency in another case',
    files: { ...LIB, ...webChart({}, 'dependencies: [{name: lib, version: 0.1.0, Repository: "file://../../libs/lib"}]\n') },
  },
  {
    name: 'the repository in another case, in requirements.yaml',
    files: {
      ...LIB,
      ...below('apps/web', {
        'Chart.yaml': 'apiVersion: v1\nname: web\nversion: 0.1.0\n',
        'values.yaml': 'tag: v1\n',
        'templates/t.yaml': template('.Values'),
        'requirements.yaml': 'dependencies: [{name: lib, version: 0.1.0, Repository: "file://../../libs/lib"}]\n',
      }),
    },
  },
  {
    name: 'a dependency that a merge brings',
    files: {
      ...LIB,
      ...webChart({}, 'x: &d {repository: "file://../../libs/lib", version: 0.1.0}\ndependencies: [{<<: *d, name: lib}]\n'),
    },
  },
  {
    name: 'a dependency that a merge brings over what stands before it',
    files: {
      ...LIB,
      ...OTHER_LIB,
      ...webChart(
        {},
        'x: &d {repository: "file://../../libs/lib"}\n' +
          'dependencies: [{name: lib, version: 0.1.0, repository: "file://../../libs/other", <<: *d}]\n',
      ),
    },
  },
]
