/**
 * What Home Assistant takes in a discovery message of a device: a table of our own, from its documentation (home-assistant.io, and
 * developers.home-assistant.io for units), each row with the page it is from, read on 2026-11-21. Only what is used here has a row: a platform
 * or a class that is missing is refused, until somebody has read its page.
 */

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

export interface ComponentSchema {
  readonly page: string;
  readonly required: readonly string[];
  readonly allowed: readonly string[];
  /** Of each class its units; [null] is none, '*' any. Absent where the platform has no classes. */
  readonly classes?: Readonly<Record<string, readonly (string | null)[] | '*'>>;
  /** Keys that take one of a few words. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
}

/** Of every entity. Page: integrations/mqtt, 'Shared options', and each component's page. */
const entity = list(`platform unique_id name availability availability_mode availability_template availability_topic payload_available
  payload_not_available enabled_by_default encoding entity_category entity_picture icon json_attributes_template json_attributes_topic
  default_entity_id qos`);
const controlled = list('command_topic optimistic retain');

/** Page: docs/core/entity/sensor of developers.home-assistant.io, 'Available device classes'. */
const measures: Readonly<Record<string, readonly (string | null)[]>> = {
  atmospheric_pressure: ['cbar', 'bar', 'hPa', 'mmHg', 'inHg', 'kPa', 'mbar', 'Pa', 'psi'],
  battery: ['%'],
  carbon_dioxide: ['ppm'],
  current: ['A', 'mA'],
  duration: ['d', 'h', 'min', 's', 'ms'],
  energy: ['J', 'kJ', 'MJ', 'GJ', 'mWh', 'Wh', 'kWh', 'MWh', 'GWh', 'TWh', 'cal', 'kcal', 'Mcal', 'Gcal'],
  humidity: ['%'],
  illuminance: ['lx'],
  pm10: ['µg/m³'],
  pm25: ['µg/m³'],
  power: ['mW', 'W', 'kW', 'MW', 'GW', 'TW'],
  pressure: ['cbar', 'bar', 'hPa', 'mmHg', 'inHg', 'kPa', 'mbar', 'Pa', 'psi'],
  temperature: ['°C', '°F', 'K'],
  voltage: ['V', 'mV', 'µV', 'kV', 'MV'],
};

export const components: Readonly<Record<string, ComponentSchema>> = {
  sensor: {
    page: 'integrations/sensor.mqtt',
    required: list('platform unique_id state_topic'),
    allowed: [
      ...entity,
      ...list(`state_topic device_class expire_after force_update last_reset_value_template options suggested_display_precision state_class
        unit_of_measurement value_template`),
    ],
    classes: { ...measures, enum: [null] },
    words: { state_class: ['measurement', 'total', 'total_increasing'] },
  },
  binary_sensor: {
    page: 'integrations/binary_sensor.mqtt',
    required: list('platform unique_id state_topic'),
    allowed: [...entity, ...list('state_topic device_class expire_after force_update off_delay payload_off payload_on value_template')],
    classes: Object.fromEntries(
      list('battery battery_charging gas moisture motion opening plug power running smoke vibration').map((name) => [name, [null]]),
    ),
  },
  switch: {
    page: 'integrations/switch.mqtt',
    required: list('platform unique_id command_topic'),
    allowed: [
      ...entity,
      ...controlled,
      ...list('command_template device_class payload_off payload_on state_off state_on state_topic value_template'),
    ],
    classes: { outlet: [null], switch: [null] },
  },
  light: {
    page: 'integrations/light.mqtt, "Template schema"',
    required: list('platform unique_id schema command_topic command_on_template command_off_template'),
    allowed: [
      ...entity,
      ...controlled,
      ...list(`schema blue_template brightness_template color_temp_kelvin color_temp_template command_on_template command_off_template
        effect_list effect_template green_template max_kelvin max_mireds min_kelvin min_mireds red_template state_template state_topic`),
    ],
    words: { schema: ['template'] },
  },
  cover: {
    page: 'integrations/cover.mqtt',
    required: list('platform unique_id'),
    allowed: [
      ...entity,
      ...controlled,
      ...list(`device_class payload_close payload_open payload_stop payload_stop_tilt position_closed position_open position_template
        position_topic set_position_template set_position_topic state_closed state_closing state_open state_opening state_stopped state_topic
        tilt_closed_value tilt_command_template tilt_command_topic tilt_max tilt_min tilt_opened_value tilt_optimistic tilt_status_template
        tilt_status_topic value_template`),
    ],
    classes: Object.fromEntries(list('awning blind curtain damper door garage gate shade shutter window').map((name) => [name, [null]])),
  },
  siren: {
    page: 'integrations/siren.mqtt',
    required: list('platform unique_id command_topic'),
    allowed: [
      ...entity,
      ...controlled,
      ...list(`available_tones command_template command_off_template payload_off payload_on state_off state_on state_topic
        state_value_template support_duration support_volume_set`),
    ],
  },
  climate: {
    page: 'integrations/climate.mqtt',
    required: list('platform unique_id'),
    allowed: [
      ...entity,
      ...list(`optimistic retain action_template action_topic current_humidity_template current_humidity_topic current_temperature_template
        current_temperature_topic fan_mode_command_template fan_mode_command_topic fan_mode_state_template fan_mode_state_topic fan_modes
        initial max_humidity max_temp min_humidity min_temp mode_command_template mode_command_topic mode_state_template mode_state_topic
        modes payload_off payload_on power_command_template power_command_topic precision preset_mode_command_template
        preset_mode_command_topic preset_mode_state_topic preset_mode_value_template preset_modes swing_mode_command_template
        swing_mode_command_topic swing_mode_state_template swing_mode_state_topic swing_modes target_humidity_command_template
        target_humidity_command_topic target_humidity_state_template target_humidity_state_topic temperature_command_template
        temperature_command_topic temperature_high_command_template temperature_high_command_topic temperature_high_state_template
        temperature_high_state_topic temperature_low_command_template temperature_low_command_topic temperature_low_state_template
        temperature_low_state_topic temperature_state_template temperature_state_topic temperature_unit temp_step value_template`),
    ],
    words: { temperature_unit: ['C', 'F'] },
  },
  event: {
    page: 'integrations/event.mqtt',
    required: list('platform unique_id state_topic event_types'),
    allowed: [...entity, ...list('device_class event_types state_topic value_template')],
    classes: { button: [null], doorbell: [null], motion: [null] },
  },
  number: {
    page: 'integrations/number.mqtt',
    required: list('platform unique_id command_topic'),
    allowed: [
      ...entity,
      ...controlled,
      ...list('command_template device_class max min mode payload_reset state_topic step unit_of_measurement value_template'),
    ],
    classes: measures,
    words: { mode: ['auto', 'box', 'slider'] },
  },
  select: {
    page: 'integrations/select.mqtt',
    required: list('platform unique_id command_topic options'),
    allowed: [...entity, ...controlled, ...list('command_template options state_topic value_template')],
  },
  text: {
    page: 'integrations/text.mqtt',
    required: list('platform unique_id command_topic'),
    allowed: [...entity, ...list('command_topic retain command_template max min mode pattern state_topic value_template')],
    words: { mode: ['text', 'password'] },
  },
  button: {
    page: 'integrations/button.mqtt',
    required: list('platform unique_id command_topic'),
    allowed: [...entity, ...list('command_topic retain command_template device_class payload_press')],
    classes: { identify: [null], restart: [null], update: [null] },
  },
  device_automation: {
    page: 'integrations/device_trigger.mqtt',
    // No entity, hence no unique id; and no availability.
    required: list('platform automation_type topic type subtype'),
    allowed: list('platform automation_type payload qos topic type subtype value_template'),
    words: { automation_type: ['trigger'] },
  },
};

/**
 * Which of 'Available state classes' go with a class. Page: docs/core/entity/sensor of developers.home-assistant.io, and for each class
 * `DEVICE_CLASS_STATE_CLASSES` of homeassistant/components/sensor/const.py.
 */
export const stateClasses: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(measures).map((name) => [name, ['measurement']])),
  duration: ['measurement', 'total', 'total_increasing'],
  energy: ['total', 'total_increasing'],
  enum: [],
};

/** Modes that a climate can have, a subset of which is `modes`. Page: integrations/climate.mqtt. */
export const climateModes = list('auto off cool heat dry fan_only');

/** Page: docs/core/entity of developers.home-assistant.io, 'Registry properties'; who reads only has no settings. */
export const categories = ['config', 'diagnostic'];
export const readers = ['sensor', 'binary_sensor', 'event'];

/**
 * Page: integrations/mqtt, 'Device discovery payload', 'Supported shared options'. It has `qos` and `encoding`, too, but until May 2026 they
 * were taken for nothing there (home-assistant/core, issue 170166): whoever means them says them in each component.
 */
export const root = {
  required: list('device origin components'),
  allowed: list('device origin components availability availability_mode command_topic state_topic'),
};

/** Page: integrations/mqtt, 'Device discovery payload'. */
export const device = {
  required: list('identifiers'),
  allowed:
    list(`identifiers connections configuration_url hw_version manufacturer model model_id name serial_number suggested_area sw_version
    via_device`),
};

/** Page: integrations/mqtt, 'Adding information about the origin of a discovery message'. */
export const origin = { required: ['name'], allowed: list('name sw_version support_url') };

export const availability = { required: ['topic'], allowed: list('topic payload_available payload_not_available value_template') };
export const availabilityModes = ['all', 'any', 'latest'];

/** Length of a state, and so of every option. Page: docs/configuration/state_object. */
export const LONGEST_STATE = 255;
