import type { Control, FilterControls } from './board-filter.ts'
import { html, type Html } from './html.ts'

/** Controls that work without a script: a form that asks for the page anew, and what it asks for now with a way out of each. */
export function renderFilter({ action, search, controls, active }: FilterControls, what: string): Html {
  return html`<form class="filter" id="filter" role="search" action="${action}" method="get">
      <label class="search"
        ><span>Search</span><input type="search" name="q" value="${search}" placeholder="${what}" maxlength="256"
      /></label>
      ${controls.map(renderControl)}
      <button type="submit">Filter</button>
    </form>
    ${active.length > 0 && renderActive(active, action)}`
}

function renderControl({ name, label, value, options, kind }: Control): Html {
  const isSet = value !== '' && html` class="set"`
  // A moment is no day: it is shown as it was given, in a line.
  const type = kind === 'date' && (value === '' || /^\d{4}-\d{2}-\d{2}$/.test(value)) ? 'date' : 'text'
  if (options.length === 0)
    return html`<label ${isSet}
      ><span>${label}</span><input type="${type}" name="${name}" value="${value}" maxlength="256" placeholder="any"
    /></label>`
  return html`<label ${isSet}
    ><span>${label}</span
    ><select name="${name}">
      <option value="">any</option>
      ${options.map((one) => html`<option value="${one.value}" ${one.value === value && html`selected`}>${one.words}</option>`)}
    </select></label
  >`
}

function renderActive(active: FilterControls['active'], action: string): Html {
  return html`<ul class="active" aria-label="Filters that are set">
    ${active.map(
      ({ label, value, clearHref }) =>
        html`<li>
          <span>${label}: <b>${value}</b></span
          ><a href="${clearHref}" aria-label="Take out ${label}: ${value}" title="Take it out">×</a>
        </li>`,
    )}
    <li class="all"><a href="${action}">Clear all</a></li>
  </ul>`
}
