import { Tool } from "./tool.js";
export class Interpolate extends Tool {}
