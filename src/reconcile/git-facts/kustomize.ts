import { list, parseQuietly, record, strings } from './yaml.ts'

/** Fields of a kustomization that name files or folders. Source: kustomize `api/types/kustomization.go`. */
const PATH_FIELDS = [
  'resources',
  'bases',
  'components',
  'crds',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'patchesStrategicMerge',
] as const

/**
 * Every path that a kustomization names, relative to its folder; nothing for a file that does not parse. Remote bases are not part of the
 * repository and are left out.
 */
export function namedPaths(text: string): readonly string[] {
  const document = parseQuietly(text)
  const lists = PATH_FIELDS.flatMap((field) => strings(document[field]))
  const patches = list(document['patches']).flatMap((patch) => strings([record(patch)['path']]))
  const json6902 = list(document['patchesJson6902']).flatMap((patch) => strings([record(patch)['path']]))
  const replacements = list(document['replacements']).flatMap((one) => strings([record(one)['path']]))
  const generators = [...list(document['configMapGenerator']), ...list(document['secretGenerator'])].flatMap((generator) => {
    const fields = record(generator)
    return [
      ...strings(fields['files']).map((file) => file.split('=').at(-1) ?? file),
      ...strings(fields['envs']),
      ...strings([fields['env']]),
    ]
  })
  const helm = list(document['helmCharts']).flatMap((chart) => [
    ...strings([record(chart)['valuesFile']]),
    ...strings(record(chart)['additionalValuesFiles']),
  ])
  const openapi = strings([record(document['openapi'])['path']])
  return [...lists, ...patches, ...json6902, ...replacements, ...generators, ...helm, ...openapi, ...localCharts(document)].filter(
    (path) => !path.includes('\n') && !isRemote(path),
  )
}

/** Charts without a repository are folders below `chartHome`, which is `charts` where nobody says otherwise. */
function localCharts(document: Readonly<Record<string, unknown>>): readonly string[] {
  const [home = 'charts'] = strings([record(document['helmGlobals'])['chartHome']])
  return list(document['helmCharts']).flatMap((chart) =>
    record(chart)['repo'] === undefined ? strings([record(chart)['name']]).map((name) => `${home}/${name}`) : [],
  )
}

function isRemote(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name) || /^git@|^github\.com[/:]|\?ref=/.test(name)
}
