-- Health of an argoproj.io/Experiment.
--
-- An experiment that did not succeed names the template or analysis that decided it, then " — ", then the controller's
-- own message, unchanged. Needs no library beyond the base one, and never raises an error whatever the object looks
-- like.

local NONE = {}

local function tableOf(value)
  if type(value) == "table" then
    return value
  end
  return NONE
end

local function textOf(value)
  if type(value) == "string" and value ~= "" then
    return value
  end
  return nil
end

local status = tableOf(tableOf(obj).status)
local phase = status.phase

-- The first entry of a list (templateStatuses, analysisRuns) that ended like the experiment.
local function nameOfCulprit(list, field)
  local entries = tableOf(list)
  for i = 1, #entries do
    local entry = tableOf(entries[i])
    if entry[field] == phase then
      return textOf(entry.name)
    end
  end
  return nil
end

local function ended(code, text)
  local analysis = nameOfCulprit(status.analysisRuns, "phase")
  local template = nameOfCulprit(status.templateStatuses, "status")
  if analysis ~= nil then
    text = text .. ": analysis " .. analysis
  elseif template ~= nil then
    text = text .. ": template " .. template
  end
  local message = textOf(status.message)
  if message ~= nil then
    text = text .. " — " .. message
  end
  return { status = code, message = text }
end

if phase == nil or phase == "" then
  return { status = "Progressing", message = "Waiting for experiment to finish: status has not been reconciled." }
end
if phase == "Pending" then
  return { status = "Progressing", message = "Experiment is pending" }
end
if phase == "Running" then
  return { status = "Progressing", message = "Experiment is running" }
end
if phase == "Successful" then
  return { status = "Healthy", message = "Experiment is successful" }
end
if phase == "Failed" then
  return ended("Degraded", "Experiment has failed")
end
if phase == "Error" then
  return ended("Degraded", "Experiment had an error")
end
if phase == "Inconclusive" then
  return ended("Unknown", "Experiment is inconclusive")
end
if type(phase) == "string" then
  return { status = "Unknown", message = 'Unknown phase "' .. phase .. '"' }
end
return { status = "Unknown", message = "The phase in the status is not text" }
