import { HEALTH_STATUSES, SERVING_STATES } from '../api/contract.ts'
import { CAUSES, filterQuery, type RolloutFilter } from '../api/filters.ts'
import { CAUSE_WORDS, STATE_WORDS } from '../api/words.ts'
import { plainText } from '../domain/words/plain-text.ts'

/** A choice among words, or a line to write in where there are too many of them. */
export interface Control {
  name: string
  label: string
  value: string
  /** None: a line to write in. */
  options: readonly { value: string; words: string }[]
  /** A day is chosen. */
  kind?: 'date'
}

/** A filter that is set, and where it is not. */
export interface ActiveFilter {
  label: string
  value: string
  clearHref: string
}

/** What a page can be narrowed down by, and what it is narrowed down by. */
export interface FilterControls {
  /** Where the form leads. */
  action: string
  search: string
  controls: readonly Control[]
  active: readonly ActiveFilter[]
}

/** Values there are to choose from, of those that the fleet says. */
export interface Choices {
  clusters: readonly string[]
  namespaces: readonly string[]
  projects: readonly string[]
}

/** More choices than this are no list that a person looks through. */
const MOST_CHOICES = 150

const LABELS: Readonly<Record<keyof RolloutFilter, string>> = {
  q: 'Search',
  cluster: 'Cluster',
  namespace: 'Namespace',
  project: 'Project',
  application: 'Application',
  name: 'Name',
  state: 'State',
  health: 'Health',
  cause: 'Cause',
}

/** The controls over the board; each keeps what the others say. */
export function boardControls(filter: RolloutFilter, choices: Choices): FilterControls {
  const named = (name: 'cluster' | 'namespace' | 'project', values: readonly string[]): readonly Control[] =>
    values.length < 2 && filter[name] === undefined ? [] : [chooseOf(name, LABELS[name], filter[name], values.map(asItself))]
  const rare = (name: 'application' | 'name' | 'health', values: readonly string[]): readonly Control[] =>
    filter[name] === undefined ? [] : [chooseOf(name, LABELS[name], filter[name], values.map(asItself))]
  return {
    action: '/',
    search: filter.q ?? '',
    controls: [
      ...named('cluster', choices.clusters),
      ...named('namespace', choices.namespaces),
      ...named('project', choices.projects),
      chooseOf(
        'state',
        LABELS.state,
        filter.state,
        SERVING_STATES.map((state) => ({ value: state, words: STATE_WORDS[state].words })),
      ),
      chooseOf('cause', LABELS.cause, filter.cause, causeChoices()),
      ...rare('health', HEALTH_STATUSES),
      ...rare('application', []),
      ...rare('name', []),
    ],
    active: activeOf('/', { ...filter }, LABELS),
  }
}

/** Every cause as people read it. */
export function causeChoices(): Control['options'] {
  return CAUSES.map((cause) => ({ value: cause, words: CAUSE_WORDS[cause] }))
}

/** A choice that has what was chosen among its words, whatever there is by now. */
export function chooseOf(name: string, label: string, value: string | undefined, options: Control['options']): Control {
  const isThere = value === undefined || options.some((one) => one.value === value)
  const all = isThere ? options : [...options, asItself(value)]
  const isList = options.length > 0 && options.length <= MOST_CHOICES
  return { name, label, value: value ?? '', options: isList ? all : [] }
}

/** Every part of a filter that is set, in words, with the address of the page without it. */
export function activeOf(
  path: string,
  filter: Readonly<Record<string, string | undefined>>,
  labels: Readonly<Record<string, string>>,
): readonly ActiveFilter[] {
  return Object.entries(filter).flatMap(([name, value]) =>
    value ? [{ label: labels[name] ?? name, value: wordsOf(name, value), clearHref: addressOf(path, filter, { [name]: undefined }) }] : [],
  )
}

/** A path with what is filtered for; `changes` replace single parts, undefined takes one out. */
export function addressOf(
  path: string,
  filter: Readonly<Record<string, string | undefined>>,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = filterQuery(filter, changes)
  return query === '' ? path : `${path}?${query}`
}

function asItself(value: string): Control['options'][number] {
  return { value, words: plainText(value, 80) }
}

function wordsOf(name: string, value: string): string {
  if (name === 'state' && Object.hasOwn(STATE_WORDS, value)) return STATE_WORDS[value as keyof typeof STATE_WORDS].words
  if (name === 'cause' && Object.hasOwn(CAUSE_WORDS, value)) return CAUSE_WORDS[value as keyof typeof CAUSE_WORDS]
  return plainText(value, 80)
}
