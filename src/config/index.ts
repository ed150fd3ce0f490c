export { type LayerSpec, mergeLayers } from './layers.js';
export { findPreset, type PresetLayer, type PresetName, presets } from './presets.js';
