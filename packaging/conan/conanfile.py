# SPDX-License-Identifier: MIT
"""A Conan 2 recipe: `conan create packaging/conan`. Not run yet: Debian 12 has no Conan."""
import pathlib
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain
from conan.tools.files import copy, load

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]


class Statusline(ConanFile):
    name = "statusline"
    description = "Parses, explains and validates HTTP status lines"
    license = "MIT"
    package_type = "library"
    settings = "os", "compiler", "build_type", "arch"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    implements = ["auto_shared_fpic"]

    def set_version(self):
        header = load(self, str(CHECKOUT / "include/statusline/version.hpp"))
        self.version = re.search(r'version = "(.*)"', header)[1]

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "CHANGELOG.md", "abi/*", "cmake/*", "corpus/seeds/*", "fuzz/*",
                        "include/*", "src/*"):
            copy(self, pattern, str(CHECKOUT), self.export_sources_folder)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["STATUSLINE_TESTS"] = False
        toolchain.cache_variables["STATUSLINE_TOOL"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        self.cpp_info.components["headers"].set_property("cmake_target_name", "statusline::statusline")
        c = self.cpp_info.components["c"]
        c.set_property("cmake_target_name", "statusline::statusline_c")
        c.libs = ["statusline"]
